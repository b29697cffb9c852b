import { FIELDS } from '../fields.ts'
import type { Node, QueryNode, Segment, Selector } from '../ir.ts'
import { likelyField, namesTheEntry } from '../likely-field.ts'
import { visible } from '../visible.ts'

/** Something that is allowed but probably not meant. */
export interface FilterWarning {
  readonly code: 'unknown_member'
  readonly message: string
  readonly position: number
}

/** What a filter looks for where no entry has anything. RFC 9535 makes none of it an error. */
export function warningsOf(query: QueryNode): FilterWarning[] {
  const [first, second] = query.segments
  if (first?.kind !== 'child') return []
  const at = query.span.start + 1
  return first.selectors.flatMap((selector) => {
    if (selector.kind === 'filter') return fieldsOfValues(selector.condition)
    if (selector.kind !== 'name') return []
    if (Object.hasOwn(FIELDS, selector.name)) return membersOf(selector.name, second, at)
    return [warning(`No entry has a field ${quoted(selector.name)}.${hint(selector.name)}`, at)]
  })
}

function hint(name: string): string {
  if (namesTheEntry(name)) return ' A filter sees one entry, and $ is that entry.'
  const likely = likelyField(name)
  return likely ? ` Did you mean ${likely.field}?` : ''
}

/** Fields whose names are also members of fields: a schema has a type, annotations have a title. */
const ALSO_MEMBERS = ['type', 'title']

/** `$[?@.name == 'x']` tests the members of each field: @ is the value of a field, not the entry. */
function fieldsOfValues(condition: Node): FilterWarning[] {
  return membersTested(condition).flatMap(({ name, at }) => {
    if (ALSO_MEMBERS.includes(name) || !Object.hasOwn(FIELDS, name)) return []
    const message = `Here @ is the value of each field, not the entry. Did you mean $.${name}?`
    return [warning(message, at)]
  })
}

const TEXT_LISTS = ['tags', 'roles']

/** `$.tags.length` and `$.tags[?@.length > 2]`: neither texts nor lists have members. */
function membersOf(field: string, next: Segment | undefined, at: number): FilterWarning[] {
  if (next?.kind !== 'child') return []
  return next.selectors.flatMap((selector: Selector) => {
    if (selector.kind === 'name' && FIELDS[field]!.type !== 'object') {
      const instead = selector.name === 'length' ? ` Did you mean length($.${field})?` : ''
      return [warning(`${field} has no member ${quoted(selector.name)}.${instead}`, at)]
    }
    if (selector.kind !== 'filter' || !TEXT_LISTS.includes(field)) return []
    return membersTested(selector.condition).map((member) => {
      const instead = member.name === 'length' ? ' Did you mean length(@)?' : ''
      const message = `The elements of ${field} are texts, without a member ${quoted(member.name)}.${instead}`
      return warning(message, member.at)
    })
  })
}

/** The members of @ that a condition looks at. */
function membersTested(condition: Node): { name: string; at: number }[] {
  return [...queriesOf(condition)].flatMap(({ root, segments, span }) => {
    const selector = segments[0]?.selectors[0]
    if (root !== 'current' || selector?.kind !== 'name') return []
    return [{ name: selector.name, at: span.start }]
  })
}

/** The queries of a condition, without those in filters inside them. */
function* queriesOf(node: Node): Generator<QueryNode> {
  switch (node.kind) {
    case 'query':
      return yield node
    case 'exists':
      return yield node.query
    case 'not':
      return yield* queriesOf(node.operand)
    case 'and':
    case 'or':
      for (const operand of node.operands) yield* queriesOf(operand)
      return
    case 'compare':
      yield* queriesOf(node.left)
      return yield* queriesOf(node.right)
    case 'regex':
      return yield* queriesOf(node.subject)
    case 'call':
      for (const arg of node.args) yield* queriesOf(arg)
  }
}

function quoted(name: string): string {
  return visible(JSON.stringify(name))
}

function warning(message: string, position: number): FilterWarning {
  return { code: 'unknown_member', message, position }
}
