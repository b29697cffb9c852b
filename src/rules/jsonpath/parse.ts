import { FIELDS } from '../fields.ts'
import { FilterError } from '../filter-error.ts'
import type { Node, QueryNode } from '../ir.ts'
import { nearest } from '../nearest.ts'
import { filterCondition } from './condition.ts'
import { parseSegments } from './path.ts'
import { Scanner } from './scanner.ts'

/** Something that is allowed but probably not meant. */
export interface FilterWarning {
  readonly code: 'unknown_member'
  readonly message: string
  readonly position: number
}

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
    warnings: unknownMembers(query),
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
  return scanner.fail(`Expected a segment such as .name or [0], found ${scanner.found()}.`)
}

/** `$.tag` selects nothing from any entry: worth a warning, though RFC 9535 makes it no error. */
function unknownMembers(query: QueryNode): FilterWarning[] {
  const first = query.segments[0]
  if (first?.kind !== 'child') return []
  return first.selectors.flatMap((selector) => {
    if (selector.kind !== 'name' || Object.hasOwn(FIELDS, selector.name)) return []
    const guess = nearest(selector.name, Object.keys(FIELDS))
    const hint = guess ? ` Did you mean ${guess}?` : ''
    return {
      code: 'unknown_member' as const,
      message: `No entry has a field ${JSON.stringify(selector.name)}.${hint}`,
      position: query.span.start + 1,
    }
  })
}
