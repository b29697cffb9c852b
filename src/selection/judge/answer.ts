import { ModelError } from '../providers/model-error.ts'
import { cleanReason } from '../text/clean.ts'

/** Rows a model picked, each with its reason, and how many picks named no row. */
export interface Picks {
  readonly reasons: ReadonlyMap<number, string>
  readonly invalid: number
}

const LISTS = ['picks', 'selected', 'results', 'items', 'tools', 'prompts', 'resources', 'names']

/**
 * Reads picks by index or by exact name, whatever is around them: not every server keeps to a
 * schema. What names no row is counted and dropped.
 *
 * @throws {ModelError} `unparseable`
 */
export function readPicks(text: string, names: readonly string[]): Picks {
  const list = listOf(parseJson(text))
  const reasons = new Map<number, string>()
  let invalid = 0
  for (const pick of list) {
    const { at, why } = pickOf(pick)
    const row = rowOf(at, names)
    if (row === undefined) invalid++
    else if (!reasons.has(row)) reasons.set(row, cleanReason(why))
  }
  return { reasons, invalid }
}

/** Reads search terms. @throws {ModelError} `unparseable` */
export function readTerms(text: string): string[] {
  const value = parseJson(text)
  const list = Array.isArray(value) ? value : (value as { terms?: unknown } | null)?.terms
  if (!Array.isArray(list)) throw unparseable()
  return list.flatMap((term) => (typeof term === 'string' ? cleanReason(term).slice(0, 40) : []))
}

function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  if (typeof value === 'object' && value !== null) {
    for (const key of LISTS) {
      const list = (value as Record<string, unknown>)[key]
      if (Array.isArray(list)) return list
    }
  }
  throw unparseable()
}

function pickOf(pick: unknown): { at: unknown; why?: unknown } {
  if (typeof pick !== 'object' || pick === null) return { at: pick }
  const { i, index, id, name, n, why, reason } = pick as Record<string, unknown>
  return { at: i ?? index ?? id ?? name ?? n, why: why ?? reason }
}

function rowOf(at: unknown, names: readonly string[]): number | undefined {
  if (typeof at === 'string') {
    const first = names.indexOf(at)
    // Two rows of one name: it does not say which.
    if (first >= 0) return names.indexOf(at, first + 1) < 0 ? first : undefined
    return /^\d{1,6}$/.test(at) ? rowOf(Number(at), names) : undefined
  }
  return Number.isInteger(at) && (at as number) >= 0 && (at as number) < names.length
    ? (at as number)
    : undefined
}

/** The whole text, or the first thing in it that is JSON: models like to explain themselves. */
function parseJson(text: string): unknown {
  const whole = tryParse(text)
  if (whole !== undefined) return whole
  const starts = [...text.matchAll(/[{[]/g)].slice(0, MAX_STARTS)
  for (const { index, 0: open } of starts) {
    const end = text.lastIndexOf(open === '{' ? '}' : ']')
    const value = end > index ? tryParse(text.slice(index, end + 1)) : undefined
    if (value !== undefined) return value
  }
  throw unparseable()
}

/** Each costs one pass over the text. */
const MAX_STARTS = 8

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function unparseable(): ModelError {
  return new ModelError('unparseable', 'The answer of the model has no list of picks.')
}
