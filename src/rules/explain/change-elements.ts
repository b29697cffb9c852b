import { selectedTags } from '../analyse/atoms.ts'
import type { CallNode, MembershipNode, SelectsNode } from '../ir.ts'
import type { Change } from './change.ts'
import { isNow } from './change-value.ts'
import { add, remove, set } from './edit.ts'
import { isLiteral, type Place, placeOf } from './place.ts'
import { quoted, showValue } from './show-value.ts'

/** What to do about `'x' in tags`, `name in ['a', 'b']`, `'x' in description`. */
export function changeMembership(
  { item, container }: MembershipNode,
  wanted: boolean,
  document: object,
): Change | undefined {
  const list = placeOf(container, document)
  if (list && isLiteral(item)) {
    if (typeof list.value === 'string' && typeof item.value === 'string') {
      return changePart(list, item.value, wanted)
    }
    return changeElements(list, [item.value], wanted)
  }
  const place = placeOf(item, document)
  if (!place || container.kind !== 'list') return undefined
  const values = container.elements.map(({ value }) => value)
  const shown = values.slice(0, 8).map((value) => showValue(value))
  const text = wanted
    ? `set ${place.shown} to ${oneOf(shown)} (${isNow(place)})`
    : `set ${place.shown} to something else than ${oneOf(shown)}`
  return { field: place.path[0], text, edit: set(place.path, wanted ? values[0] : null) }
}

/** What to do about `$.tags[?@ == 'a' || @ == 'b']`. */
export function changeSelected(
  { query }: SelectsNode,
  wanted: boolean,
  document: object,
): Change | undefined {
  const atoms = selectedTags(query)
  if (atoms)
    return changeAny(
      tagsOf(document),
      atoms.map(({ value }) => value),
      wanted,
    )
  const place = placeOf(query, document)
  if (!place) return undefined
  const text = wanted ? `give ${place.shown} a value` : `remove ${place.shown} (${isNow(place)})`
  return { field: place.path[0], text, edit: set(place.path, wanted ? true : null) }
}

/** What to do about `any(tags, 'a')`, `has(title)`, `startsWith(name, 'x')` and the like. */
export function changeCall(
  { name, args }: CallNode,
  wanted: boolean,
  document: object,
): Change | undefined {
  const [first, ...rest] = args
  const place = first && placeOf(first, document)
  if (!place || !rest.every(isLiteral)) return undefined
  const values = rest.map(({ value }) => value)
  const field = place.path[0]
  switch (name) {
    case 'any':
      return changeAny(place, values, wanted)
    case 'all': {
      const missing = values.filter((value) => !listOf(place).includes(value))
      return changeElements(place, wanted ? missing : values.slice(0, 1), wanted)
    }
    case 'has': {
      const edit = set(place.path, wanted ? 'a' : null)
      const text = wanted
        ? `give ${place.shown} a value`
        : `remove ${place.shown} (${isNow(place)})`
      return { field, text, edit }
    }
    case 'startsWith':
    case 'endsWith':
    case 'glob': {
      const verb = { startsWith: 'starts with', endsWith: 'ends with', glob: 'fits' }[name]
      const negated = { startsWith: 'start with', endsWith: 'end with', glob: 'fit' }[name]
      const what = wanted ? verb : `does not ${negated}`
      const text = `give ${place.shown} a text that ${what} ${quoted(String(values[0]))} (${isNow(place)})`
      return { field, text, edit: set(place.path, wanted ? values[0] : null) }
    }
    default:
      return undefined
  }
}

/** One of the values is enough to be in; all of them have to go to be out. */
function changeAny(list: Place, values: readonly unknown[], wanted: boolean): Change {
  if (!wanted) {
    const there = values.filter((value) => listOf(list).includes(value))
    return changeElements(list, there, wanted)
  }
  const change = changeElements(list, values.slice(0, 1), wanted)
  if (values.length === 1) return change
  const noun = isTags(list) ? 'one of the tags' : 'one of'
  const shown = values
    .slice(0, 8)
    .map((value) => showValue(value))
    .join(', ')
  return { ...change, text: `add ${noun} ${shown}${isTags(list) ? '' : ` to ${list.shown}`}` }
}

function changeElements(list: Place, values: readonly unknown[], wanted: boolean): Change {
  const shown = values
    .slice(0, 8)
    .map((value) => showValue(value))
    .join(', ')
  const edit = wanted ? add(list.path, values) : remove(list.path, values)
  const verb = wanted ? 'add' : 'remove'
  if (isTags(list)) {
    const noun = values.length === 1 ? 'the tag' : 'the tags'
    return { field: 'tags', text: `${verb} ${noun} ${shown}`, edit }
  }
  const text = `${verb} ${shown} ${wanted ? 'to' : 'from'} ${list.shown}`
  return { field: list.path[0], text, edit }
}

function changePart(place: Place, part: string, wanted: boolean): Change {
  const now = String(place.value)
  const next = wanted ? `${now}${part}` : now.replaceAll(part, '')
  const verb = wanted ? 'put' : 'take'
  const text = `${verb} ${quoted(part)} ${wanted ? 'into' : 'out of'} ${place.shown} (${isNow(place)})`
  return { field: place.path[0], text, edit: set(place.path, next) }
}

function tagsOf(document: object): Place {
  const { tags } = document as { tags?: unknown }
  return { path: ['tags'], shown: 'tags', value: tags }
}

function isTags({ path }: Place): boolean {
  return path.length === 1 && path[0] === 'tags'
}

function listOf({ value }: Place): unknown[] {
  return Array.isArray(value) ? value : []
}

function oneOf(shown: readonly string[]): string {
  return shown.length === 1 ? shown[0]! : `one of ${shown.join(', ')}`
}
