import { EXPRESSION_FUNCTIONS } from '../evaluate/functions.ts'

/** Words of other languages, and what to write here. */
const WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    and: 'write &&',
    or: 'write ||',
    not: 'write !',
    is: 'write ==',
    eq: 'write ==',
    ne: 'write !=',
    matches: 'write =~',
    has: 'write contains',
    have: 'write contains',
    includes: 'write contains',
    like: 'write glob(name, …) or =~',
    undefined: 'write null',
    none: 'write null',
    nil: 'write null',
  }),
)

/** Words of expressions that other languages also write in capitals. */
const OURS = ['in', 'contains', 'true', 'false', 'null']

const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/^not\s+(in|contains)\b/i, 'write !(… $1 …)'],
  [/^is\s+not\b/i, 'write !='],
]

/** What to write for a word of another language that stands at an offset. */
export function foreignWord(source: string, at: number, word: string): string | undefined {
  for (const [phrase, fix] of PHRASES) {
    const found = phrase.exec(source.slice(at, at + 40))
    if (found) return fix.replace('$1', found[1]?.toLowerCase() ?? '')
  }
  const lower = word.toLowerCase()
  if (OURS.includes(lower)) return word === lower ? undefined : `write ${lower}`
  return WORDS.get(lower)
}

const HOLDS = ['includes', 'contains', 'exists', 'some', 'has', 'indexof']
const MATCHES = ['match', 'matches', 'test', 'search']

/** What to write for a method that other languages have. */
export function foreignMethod(method: string, subject: string): string | undefined {
  const lower = method.toLowerCase().replaceAll('_', '')
  if (HOLDS.includes(lower)) return `write 'x' in ${subject}`
  if (MATCHES.includes(lower)) return `write ${subject} =~ '…'`
  if (lower === 'tolowercase') return `write lower(${subject})`
  if (lower === 'touppercase') return `write upper(${subject})`
  const ours = Object.keys(EXPRESSION_FUNCTIONS).find((name) => name.toLowerCase() === lower)
  if (!ours) return undefined
  const single = EXPRESSION_FUNCTIONS[ours]!.parameters.length === 1
  return `write ${ours}(${subject}${single ? '' : ', …'})`
}
