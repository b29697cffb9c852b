import { type ErrorItem, FacetError } from '../../errors/facet-error.ts'
import { childrenOf } from '../../rules/analyse/reads.ts'
import { compileFilter, type Filter } from '../../rules/filter.ts'
import { FilterError } from '../../rules/filter-error.ts'
import { filterItem } from '../../rules/filter-item.ts'
import type { Node, QueryNode } from '../../rules/ir.ts'
import type { PolicyDefinition } from './definition.ts'

export interface CompiledPolicy {
  readonly who: Filter
  readonly what: Filter
  /** Fields of the caller `who` looks at: `id`, `groups` … */
  readonly whoReads: ReadonlySet<string>
  /** Whether `what` looks at the caller too, so that it is another set for each of them. */
  readonly isPersonal: boolean
}

/**
 * Compiles the filters of a policy.
 *
 * @throws {FacetError} `invalid_filter` with path and position of every filter that is wrong.
 */
export function compilePolicy({ who, what }: Pick<PolicyDefinition, 'who' | 'what'>) {
  const errors: ErrorItem[] = []
  const compiled = {
    who: compileAt('who', who, errors, compileWho),
    what: compileAt('what', what, errors, (source) => compileFilter(source, { caller: true })),
  }
  if (compiled.who && compiled.what) {
    const policy: CompiledPolicy = {
      who: compiled.who,
      what: compiled.what,
      whoReads: callerFields(compiled.who.node),
      isPersonal: callerFields(compiled.what.node).size > 0,
    }
    return policy
  }
  throw new FacetError('invalid_filter', errors[0]!.message.split('\n')[0]!, { errors })
}

/** Compiles the text at a path of a body; a mistake is put with the others. */
export function compileAt<T>(
  path: string,
  source: string,
  errors: ErrorItem[],
  compile: (source: string) => T,
): T | undefined {
  try {
    return compile(source)
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    errors.push(filterItem(error, source, path))
    return undefined
  }
}

/** Who asks is decided before any entry is looked at. @throws {FilterError} */
export function compileWho(source: string): Filter {
  const filter = compileFilter(source, { language: 'expression', caller: true })
  const [stray] = queriesIn(filter.node).filter(({ root }) => root === 'entry')
  if (!stray) return filter
  const { start, end } = stray.span
  throw new FilterError('filter_wrong_field', 'who is about the caller, not about entries.', {
    position: start,
    length: end - start,
    fix: "'risk' in caller.groups, and the entries in what",
  })
}

function queriesIn(node: Node): QueryNode[] {
  if (node.kind === 'query') return [node]
  return childrenOf(node).flatMap(queriesIn)
}

/** The fields of the caller that a filter reads; `*` where it takes the caller as a whole. */
export function callerFields(node: Node): ReadonlySet<string> {
  const reads = queriesIn(node).filter(({ root }) => root === 'caller')
  return new Set(
    reads.map(({ segments }) => {
      const selector = segments[0]?.selectors[0]
      return selector?.kind === 'name' ? selector.name : '*'
    }),
  )
}
