import { HOSTILE_EXPRESSIONS } from './hostile-expression.ts'
import { HOSTILE_JSONPATH } from './hostile-jsonpath.ts'
import type { HostileFilter } from './support.ts'

/** Filters of both languages that try to run, reach, change or exhaust something. */
export const HOSTILE_FILTERS: readonly HostileFilter[] = [
  ...HOSTILE_JSONPATH,
  ...HOSTILE_EXPRESSIONS,
]
