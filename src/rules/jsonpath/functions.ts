import type { Node } from '../ir.ts'
import { nearest } from '../nearest.ts'
import { fromIRegexp } from '../regex.ts'
import { checkPattern } from './pattern.ts'
import type { Scanner } from './scanner.ts'

/** Function extensions of RFC 9535, 2.4: what each takes and whether it yields a truth. */
export const JSONPATH_FUNCTIONS: Readonly<
  Record<string, { args: ('value' | 'nodes')[]; logical: boolean }>
> = {
  length: { args: ['value'], logical: false },
  count: { args: ['nodes'], logical: false },
  value: { args: ['nodes'], logical: false },
  match: { args: ['value', 'value'], logical: true },
  search: { args: ['value', 'value'], logical: true },
}

/** Functions of expressions and of other languages, and what stands for them in a JSONPath. */
const SYNONYMS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    not: '!(…)',
    len: 'length',
    size: 'length',
    contains: 'search',
    regex: 'search',
    matches: 'search',
    test: 'search',
    startsWith: "search(@, '^…')",
    endsWith: "search(@, '…$')",
  }),
)

/** match() and search() are LogicalType: tests, never operands of a comparison. */
export function isLogicalCall(name: string): boolean {
  return JSONPATH_FUNCTIONS[name]?.logical ?? false
}

/** function-expr at its opening parenthesis, checked for well-typedness (RFC 9535, 2.4.3). */
export function functionCall(
  scanner: Scanner,
  name: string,
  start: number,
  operand: (scanner: Scanner) => Node,
): Node {
  scanner.node(start)
  if (!Object.hasOwn(JSONPATH_FUNCTIONS, name)) {
    const guess = SYNONYMS.get(name) ?? nearest(name, Object.keys(JSONPATH_FUNCTIONS))
    scanner.fail(
      `There is no function ${name}(); JSONPath has ${Object.keys(JSONPATH_FUNCTIONS).join(', ')}.`,
      {
        from: start,
        code: 'filter_unknown_function',
        fix: guess && `write ${guess.includes('(') ? guess : `${guess}(…)`}`,
      },
    )
  }
  const { args: wanted } = JSONPATH_FUNCTIONS[name]!
  const args = argumentList(scanner, operand)
  const span = { start, end: scanner.position }
  if (args.length !== wanted.length) {
    scanner.fail(
      `${name}() takes ${wanted.length} argument${wanted.length === 1 ? '' : 's'}, not ${args.length}.`,
      {
        from: start,
        code: 'filter_arguments',
      },
    )
  }
  for (const [i, kind] of wanted.entries()) checkArgument(scanner, name, args[i]!, kind)
  const pattern = args[1]
  if (pattern?.kind === 'literal' && typeof pattern.value === 'string') {
    checkPattern(scanner, fromIRegexp(pattern.value), pattern.span, { raw: false })
  }
  return { kind: 'call', name, args, type: isLogicalCall(name) ? 'boolean' : 'any', span }
}

function argumentList(scanner: Scanner, operand: (scanner: Scanner) => Node): Node[] {
  const open = scanner.position++
  scanner.blank()
  if (scanner.take(')')) return []
  const args: Node[] = []
  do {
    scanner.blank()
    args.push(operand(scanner))
    scanner.blank()
  } while (scanner.take(','))
  if (scanner.atEnd) scanner.fail('The parenthesis is not closed.', { from: open })
  if (!scanner.take(')')) {
    scanner.fail(`Expected , or ) after an argument, found ${scanner.found()}.`, {
      code: 'filter_arguments',
    })
  }
  return args
}

function checkArgument(scanner: Scanner, name: string, arg: Node, kind: 'value' | 'nodes'): void {
  if (kind === 'nodes' && arg.kind !== 'query') {
    scanner.fail(`${name}() takes a query, such as @.* or $.tags[*].`, {
      from: arg.span.start,
      to: arg.span.end,
      code: 'filter_arguments',
    })
  }
  if (kind === 'nodes') return
  if (arg.kind === 'query' && !arg.singular) {
    scanner.fail(`${name}() takes a single value; this query can select several.`, {
      from: arg.span.start,
      to: arg.span.end,
      code: 'filter_arguments',
      fix: name === 'length' ? 'count() counts selected nodes' : undefined,
    })
  }
  if (arg.kind === 'call' && isLogicalCall(arg.name)) {
    scanner.fail(`${name}() takes a value; ${arg.name}() yields true or false.`, {
      from: arg.span.start,
      to: arg.span.end,
      code: 'filter_arguments',
    })
  }
}
