import type { Node, QueryNode, Root, Segment, Selector } from '../ir.ts'
import { LIMITS } from '../limits.ts'
import type { Scanner } from './scanner.ts'
import { stringLiteral } from './strings.ts'

/** Parses the condition of a filter selector, `[?…]`; handed in, because conditions hold paths. */
export type ConditionParser = (scanner: Scanner) => Node

/** Segments after `$` or `@`, at the cursor. RFC 9535, 2.5. */
export function parseSegments(scanner: Scanner, root: Root, condition: ConditionParser): QueryNode {
  const start = scanner.position++
  scanner.node(start)
  const segments: Segment[] = []
  for (;;) {
    const before = scanner.position
    scanner.blank()
    const segment = parseSegment(scanner, condition)
    if (!segment) {
      scanner.position = before
      break
    }
    segments.push(segment)
    if (segments.length > LIMITS.segments) {
      scanner.fail(`A path has at most ${LIMITS.segments} segments.`, {
        from: before,
        code: 'filter_too_complex',
      })
    }
  }
  const singular = segments.every(
    ({ kind, selectors }) =>
      kind === 'child' &&
      selectors.length === 1 &&
      (selectors[0]!.kind === 'name' || selectors[0]!.kind === 'index'),
  )
  const span = { start, end: scanner.position }
  return { kind: 'query', root, segments, singular, missing: 'nothing', type: 'any', span }
}

function parseSegment(scanner: Scanner, condition: ConditionParser): Segment | undefined {
  if (scanner.take('..')) {
    if (scanner.char === '[')
      return { kind: 'descendant', selectors: bracketed(scanner, condition) }
    return { kind: 'descendant', selectors: [shorthand(scanner, '..')] }
  }
  if (scanner.take('.')) return { kind: 'child', selectors: [shorthand(scanner, '.')] }
  if (scanner.char === '[') return { kind: 'child', selectors: bracketed(scanner, condition) }
  return undefined
}

function shorthand(scanner: Scanner, after: string): Selector {
  scanner.node()
  if (scanner.take('*')) return { kind: 'wildcard' }
  const start = scanner.position
  const name = scanner.name()
  if (name === undefined) {
    return scanner.fail(`Expected a member name or * after ${after}, found ${scanner.found()}.`, {
      fix: "write other names in brackets: ['a name']",
    })
  }
  if (scanner.char === '(') {
    scanner.fail('Values have no methods.', {
      from: start,
      fix: `functions stand in filters: [?${name === 'length' ? 'length(@) > 0' : "search(@, 'x')"}]`,
    })
  }
  return { kind: 'name', name }
}

function bracketed(scanner: Scanner, condition: ConditionParser): Selector[] {
  const start = scanner.position++
  const selectors: Selector[] = []
  do {
    scanner.blank()
    selectors.push(selector(scanner, condition))
    scanner.blank()
  } while (scanner.take(','))
  if (scanner.atEnd)
    scanner.fail('The bracket is not closed.', { from: start, fix: 'write ] at its end' })
  scanner.expect(']', 'after a selector')
  return selectors
}

function selector(scanner: Scanner, condition: ConditionParser): Selector {
  scanner.node()
  const c = scanner.char
  if (c === "'" || c === '"') return { kind: 'name', name: stringLiteral(scanner) }
  if (scanner.take('*')) return { kind: 'wildcard' }
  if (scanner.take('?')) {
    scanner.blank()
    return { kind: 'filter', condition: condition(scanner) }
  }
  if (c === ':' || c === '-' || /[0-9]/.test(c)) return indexOrSlice(scanner)
  if (c === '(') {
    scanner.fail('Scripts are not part of JSONPath (RFC 9535).', { fix: 'a filter starts with [?' })
  }
  return scanner.fail(
    `Expected a selector: a quoted name, a number, a slice, * or ?, found ${scanner.found()}.`,
    /[A-Za-z_]/.test(c) ? { fix: 'put the name in quotes' } : {},
  )
}

function indexOrSlice(scanner: Scanner): Selector {
  const start = scanner.char === ':' ? undefined : scanner.integer()
  scanner.blank()
  if (!scanner.take(':')) return { kind: 'index', index: start! }
  scanner.blank()
  const end = /[-0-9]/.test(scanner.char) ? scanner.integer() : undefined
  let step = 1
  scanner.blank()
  if (scanner.take(':')) {
    scanner.blank()
    if (/[-0-9]/.test(scanner.char)) step = scanner.integer()
  }
  return { kind: 'slice', start, end, step }
}
