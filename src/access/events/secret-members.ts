/** What stands where a secret was. */
export const MASK = '***'

type Hides = (name: string) => boolean

/** The name of a member in a text of JSON, also of JSON in a string of JSON. */
const NAMES = /(\\{0,7}")([\w.$ -]{1,64})\1\s{0,8}:\s{0,8}/g
const NUMBER = /-?[\d.]{1,32}/y

/** `password=`, `X-Api-Key: `. Of a long name the end counts. */
const PAIRS = /(?<![\w-])([\w-]+)\s{0,4}([=:])\s{0,4}/g
const LONGEST_NAME = 64
const QUOTE = /\\{0,7}["']/y
const WORD = /[^\s&"',;{}[\]]+/y

/** Headers of several parts: their value is all that is left of the line. */
const HEADERS = /(?:authorization|cookie)$/i
const LINE = /[^\r\n"\\]+/y

/** Masks the values of members, in JSON, whose name says that they are secret. */
export function maskMembers(text: string, hides: Hides): string {
  return maskAfter(text, NAMES, ([, quote, name], start) => {
    if (!hides(name!)) return undefined
    return { end: endOfValue(text, start, quote!), mask: `${quote}${MASK}${quote}` }
  })
}

/** Masks what follows such a name and `=` or `:`. */
export function maskPairs(text: string, hides: Hides): string {
  return maskAfter(text, PAIRS, ([, name, sign], start) => {
    // "error code: 500" is no secret.
    const isCode = /^code$/i.test(name!) && sign === ':'
    if (isCode || !hides(name!.slice(-LONGEST_NAME))) return undefined
    return { end: endOfPair(text, start, name!), mask: MASK }
  })
}

/** What stands after a name that was found; where it ends at its start, there is nothing to mask. */
type Cover = (
  found: RegExpExecArray,
  start: number,
) => { readonly end: number; readonly mask: string } | undefined

/** Names are looked for, and not whole members: a value that is no secret may have others in it. */
function maskAfter(text: string, names: RegExp, cover: Cover): string {
  let clean = ''
  let from = 0
  names.lastIndex = 0
  for (let found = names.exec(text); found; found = names.exec(text)) {
    const start = names.lastIndex
    const covered = cover(found, start)
    if (!covered || covered.end === start) continue
    clean += text.slice(from, start) + covered.mask
    from = covered.end
    names.lastIndex = from
  }
  return clean + text.slice(from)
}

function endOfValue(text: string, start: number, quote: string): number {
  if (text.startsWith(quote, start)) return endOfText(text, start + quote.length, quote)
  if (text[start] === '{' || text[start] === '[') return endOfBrackets(text, start, quote)
  return endOf(NUMBER, text, start)
}

function endOfPair(text: string, start: number, name: string): number {
  const afterQuote = endOf(QUOTE, text, start)
  if (afterQuote > start) return endOfText(text, afterQuote, text.slice(start, afterQuote))
  if (text[start] === '{' || text[start] === '[') return endOfBrackets(text, start, '"')
  return endOf(HEADERS.test(name) ? LINE : WORD, text, start)
}

function endOf(sticky: RegExp, text: string, start: number): number {
  sticky.lastIndex = start
  return sticky.test(text) ? sticky.lastIndex : start
}

/** Behind the quote that ends a text; that may have been cut off. */
function endOfText(text: string, start: number, quote: string): number {
  let at = text.indexOf(quote, start)
  while (at > start && text[at - 1] === '\\') at = text.indexOf(quote, at + 1)
  return at < 0 ? text.length : at + quote.length
}

/** Behind the bracket that ends a list or an object, whatever is in it. */
function endOfBrackets(text: string, start: number, quote: string): number {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const sign = text[at]
    if (sign === '{' || sign === '[') depth++
    else if ((sign === '}' || sign === ']') && --depth === 0) return at + 1
    else if (sign === quote[0] && text.startsWith(quote, at)) {
      at = endOfText(text, at + quote.length, quote) - 1
    }
  }
  return text.length
}
