import { FilterError } from '../filter-error.ts'
import type { Node, QueryNode } from '../ir.ts'
import { filterCondition } from './condition.ts'
import { parseSegments } from './path.ts'
import { Scanner } from './scanner.ts'
import { type FilterWarning, warningsOf } from './warnings.ts'

/**
 * Parses a JSONPath query by the grammar of RFC 9535, with `=~` and `!~` added inside filters.
 *
 * @throws {FilterError} with the position of the first character that does not fit.
 */
export function parseQuery(source: string): QueryNode {
  const scanner = new Scanner(source)
  if (scanner.char !== '$') scanner.fail('A JSONPath filter starts with $.')
  const query = parseSegments(scanner, 'entry', filterCondition)
  if (!scanner.atEnd) refuseRest(scanner)
  return query
}

/** A JSONPath filter: it matches when some selected value is neither false nor null. */
export function parseJsonPath(source: string): { node: Node; warnings: FilterWarning[] } {
  const query = parseQuery(source)
  return {
    node: { kind: 'selects', query, type: 'boolean', span: query.span },
    warnings: warningsOf(query),
  }
}

function refuseRest(scanner: Scanner): never {
  const start = scanner.position
  scanner.blank()
  if (scanner.atEnd) {
    throw new FilterError('filter_syntax', 'A JSONPath filter does not end in white space.', {
      position: start,
      length: scanner.position - start,
      fix: 'delete the space at the end',
    })
  }
  if (scanner.char === '^' || scanner.char === '~') {
    scanner.fail(`${scanner.char} is not part of JSONPath (RFC 9535).`, {
      fix: 'start again from $: parents and member names cannot be selected',
    })
  }
  scanner.fail(`Expected a segment such as .name or [0], found ${scanner.found()}.`, {
    fix: afterSegments(scanner.source, start),
  })
}

/** What to write for what stands where a query has ended, as far as that can be guessed. */
function afterSegments(source: string, at: number): string | undefined {
  const rest = source.slice(at)
  if (at === 1) return /^\w/.test(rest) ? 'write $. before a name' : undefined
  const path = source.slice(0, at).replace(/\[\*\]$|\.\*$/, '')
  if (!/^\s*(?:[=!<>]|in\b|contains\b)/.test(rest)) return undefined
  return path.length > 60
    ? 'put the test in brackets'
    : `put the test in brackets: ${path}[?@ == 'x']`
}
