/**
 * How texts become words, for documents and queries alike. SQLite's `porter unicode61` tokeniser
 * does the rest: it folds case and diacritics and takes word endings off.
 */

const CAMEL = /(\p{Ll}|\p{N})(\p{Lu})|(\p{Lu})(\p{Lu}\p{Ll})/gu
const WORD = /[\p{L}\p{N}\p{M}]+/gu
/** Scripts written without spaces: a run of them would be one long word. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]{2,}/gu

/** Words that say nothing about what a tool does; without them long questions find anything. */
const STOP_WORDS = new Set(
  `a about after all also am an and any are as at be because been before being below between both
   but by can could did do does doing down during each few for from further get give had has have
   having he her here hers him his how i if in into is it its just let like me might more most must
   my need no nor not now of off on once only or other our out over own please same she should so
   some such than that the their them then there these they this those through to too under until
   up us very was we were what when where which while who whom why will with would you your`.split(
    /\s+/,
  ),
)

/** Text with the parts of camelCase names and pairs of unspaced characters set apart. */
export function spread(text: string): string {
  return text
    .normalize('NFKC')
    .replace(CAMEL, '$1$3 $2$4')
    .replace(UNSPACED, (run) => ` ${pairs(run).join(' ')} `)
}

function pairs(run: string): string[] {
  const characters = [...run]
  return characters.slice(1).map((character, i) => characters[i]! + character)
}

/** The first words of a text, at most `limit`. */
export function firstWords(text: string, limit: number): string[] {
  const words: string[] = []
  for (const [word] of text.matchAll(WORD)) {
    if (words.push(word) === limit) break
  }
  return words
}

const MAX_TERMS = 32
/** What is looked at of a question; longer ones are cut. */
const MAX_QUESTION = 2_000

/** The words of a question that are searched for, each once. */
export function termsOf(question: string): string[] {
  const words = firstWords(spread(question.slice(0, MAX_QUESTION)), 256)
  const lower = [...new Set(words.map((word) => word.toLowerCase()))]
  const telling = lower.filter((word) => !STOP_WORDS.has(word))
  return (telling.length > 0 ? telling : lower).slice(0, MAX_TERMS)
}

/**
 * A term as FTS5 reads it. Terms are letters and digits and always quoted, so nothing of a question
 * is read as query syntax.
 */
export function quoted(term: string): string {
  return `"${term}"`
}
