import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileCondition } from '../../src/rules/evaluate/compile.ts'
import { compileWalk } from '../../src/rules/evaluate/query.ts'
import { startRun } from '../../src/rules/evaluate/run.ts'
import { compileFilter, type FilterOptions, type Verdict } from '../../src/rules/filter.ts'
import { parseQuery } from '../../src/rules/jsonpath/parse.ts'
import { prescan } from '../../src/rules/prescan.ts'

/** A filter somebody might send to do harm, and what has to become of it. */
export interface HostileFilter {
  readonly language: 'jsonpath' | 'expression'
  readonly filter: string
  readonly why: string
  /**
   * `rejected` when it is written; `no_match`: never lets the ordinary entry in; `bounded`: any
   * verdict, as long as there is one.
   */
  readonly expected: 'rejected' | 'no_match' | 'bounded'
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** One entry document as the catalog makes it, with a few members that are awkward to name. */
export function entry(members: Readonly<Record<string, unknown>> = {}): Record<string, Json> {
  const document = {
    id: 'tool_01',
    type: 'tool',
    name: 'get_invoice',
    description: 'Reads one invoice of the ledger',
    tags: ['finance', 'read'],
    source: 'billing',
    federated: true,
    enabled: true,
    deprecated: false,
    owner: null,
    roles: [],
    inputSchema: { type: 'object', properties: { id: { type: 'string' } } },
    annotations: { readOnlyHint: true },
    meta: { team: 'ledger', cost: 3, "it's": 'quoted', list: [1, 2, 3] },
    created_at: '2026-01-02T03:04:05Z',
    updated_at: '2026-01-02T03:04:05Z',
    ...members,
  }
  return fromJson(document)
}

/** Through JSON text, the way every entry arrives: own members only, `__proto__` among them. */
export function fromJson(value: unknown): Record<string, Json> {
  return JSON.parse(JSON.stringify(value)) as Record<string, Json>
}

/** The verdict of a filter over one document. */
export function verdict(filter: string, document: object, options: FilterOptions = {}): Verdict {
  return compileFilter(filter, options).evaluate(document)
}

/** The nodelist a JSONPath query selects, in order. */
export function select(source: string, document: unknown, steps?: number): unknown[] {
  prescan(source)
  const query = parseQuery(source)
  const walk = compileWalk(query.segments, (selector) => compileCondition(selector.condition))
  const found: unknown[] = []
  walk(document, startRun(document, null, steps), (value) => {
    found.push(value)
    return false
  })
  return found
}

/** A value `depth` objects deep, each under the member `a`. */
export function nested(depth: number, innermost: unknown): unknown {
  let value = innermost
  for (let i = 0; i < depth; i++) value = { a: value }
  return value
}

/**
 * A file of test data that is kept beside the checkout, or undefined where it is not. Says so on
 * the console: a suite that is quietly skipped looks like a suite that passes.
 */
export function sharedData(name: string): unknown {
  const file = join(import.meta.dirname, '../../../shared/data', name)
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'))
  console.warn(`skipped: ${name} is not beside the checkout`)
  return undefined
}
