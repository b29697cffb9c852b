import type { Node, QueryNode } from '../ir.ts'
import { type Condition, compileRead } from './query.ts'
import { EXHAUSTED, type Run, spend, spendText } from './run.ts'

/**
 * `$.tags[?@ == 'finance']`, `$.tags[?@ == 'a' || @ == 'b']`: whether some element is one of a few
 * texts. Nearly every filter over tags asks that, so it has loops of its own: the general walk says
 * the same in twice the time.
 */
export function selectsText(query: QueryNode): Condition | undefined {
  const texts = textsOf(query)
  if (!texts) return undefined
  const read = compileRead({ ...query, segments: query.segments.slice(0, -1) })
  const [first] = texts
  const inList =
    texts.length === 1
      ? (list: readonly unknown[], run: Run) => includes(list, first!, run)
      : (list: readonly unknown[], run: Run) => includesOne(list, texts, run)
  const fromCurrent = query.root === 'current'
  return (current, run) => {
    const found = read(fromCurrent ? current : run.document)
    if (typeof found !== 'object' || found === null) return false
    if (Array.isArray(found)) return inList(found, run)
    const values = Object.values(found)
    // Paid for however early the search ends: listing the members is work.
    spend(run, values.length)
    return inList(values, run)
  }
}

function includes(list: readonly unknown[], text: string, run: Run): boolean {
  const toRead = 1 + (text.length >> 3)
  let { steps } = run
  let found = false
  for (let i = 0; i < list.length && !found; i++) {
    const element = list[i]
    steps -= 2
    if (typeof element !== 'string' || element.length !== text.length) continue
    steps -= toRead
    found = element === text
  }
  run.steps = steps
  if (steps < 0) throw EXHAUSTED
  return found
}

function includesOne(list: readonly unknown[], texts: readonly string[], run: Run): boolean {
  for (let i = 0; i < list.length; i++) {
    const element = list[i]
    spend(run, 1)
    for (const text of texts) {
      spend(run, 2)
      if (typeof element !== 'string' || element.length !== text.length) continue
      spendText(run, text)
      if (element === text) return true
    }
  }
  return false
}

/** The texts a query looks for among the elements of one value. */
function textsOf({ segments, root }: QueryNode): readonly string[] | undefined {
  if (root === 'caller') return undefined
  const last = segments.at(-1)
  const [selector] = last?.selectors ?? []
  if (last?.kind !== 'child' || last.selectors.length !== 1 || selector?.kind !== 'filter') {
    return undefined
  }
  const isPlain = segments.slice(0, -1).every(({ kind, selectors: [only, ...more] }) => {
    return (
      kind === 'child' && more.length === 0 && (only?.kind === 'name' || only?.kind === 'index')
    )
  })
  return isPlain ? wantedBy(selector.condition) : undefined
}

function wantedBy(condition: Node): readonly string[] | undefined {
  if (condition.kind === 'or') {
    const parts = condition.operands.map(textOf)
    return parts.every((part) => part !== undefined) ? parts : undefined
  }
  const text = textOf(condition)
  return text === undefined ? undefined : [text]
}

/** `@ == 'text'`, on either side. */
export function textOf(condition: Node): string | undefined {
  if (condition.kind !== 'compare' || condition.operator !== '==') return undefined
  const sides = [condition.left, condition.right]
  const element = sides.find(
    (side) => side.kind === 'query' && side.root === 'current' && side.segments.length === 0,
  )
  const literal = sides.find((side) => side.kind === 'literal')
  return element && literal?.kind === 'literal' && typeof literal.value === 'string'
    ? literal.value
    : undefined
}
