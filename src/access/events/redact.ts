/** What stands where a secret was. */
export const MASK = '***'

/** Shorter values would be found in half of all texts. */
const SHORTEST = 6
/** Values that are looked for; the ones learnt first give way. */
const MOST_VALUES = 1_000

/** Members whose value is a secret whatever it says, in words: `api_key` is also `apiKey` and `X-Api-Key`. */
export const SECRET_KEYS: readonly string[] = [
  'password',
  'passwd',
  'passphrase',
  'token',
  'code',
  'otp',
  'pin',
  'secret',
  'authorization',
  'cookie',
  'credential',
  'credentials',
  'api_key',
  'apikey',
  'access_key',
  'private_key',
]

/** Credentials that can be told by their form: keys of Facet, tokens with a signature. */
const FORMS = /facet_[a-z0-9]{6,16}_[\w-]{20,}|eyJ[\w-]{8,}(?:\.[\w-]*){1,4}/g
const SCHEMES = /\b(Bearer|Basic)\s+[\w.~+/=-]{4,}/gi
/** The name of a member in a text of JSON, also of JSON in a string of JSON. */
const NAMES = /(\\{0,7}")([\w.$ -]{1,64})\1(\s{0,8}:\s{0,8})/g
/** Values that are no text: numbers, and lists and objects up to their first end. */
const OTHER_VALUES = /-?[\d.]{1,32}|[[{][^\]}]{0,8192}(?:[\]}]|$)/y
/** `password=…`, `X-Api-Key: …`. */
const PAIRS = /([\w-]{1,64})(\s{0,4}[=:]\s{0,4})([^\s&"',;{}[\]]{1,8192})/g

/**
 * Takes secrets out of texts: by the name of what they are a value of, by their form, and by their
 * value where the service knows it.
 */
export class Redactor {
  readonly #keys: ReadonlySet<string>
  readonly #verdicts = new Map<string, boolean>()
  readonly #values = new Set<string>()
  #known: RegExp | undefined

  constructor(keys: readonly string[] = SECRET_KEYS) {
    this.#keys = new Set(keys.map((key) => wordsOf(key).join('_')))
  }

  /** Learns a value that must not get out. */
  readonly learn = (value: string): void => {
    if (value.length < SHORTEST || this.#values.has(value)) return
    if (this.#values.size >= MOST_VALUES) this.#values.delete(this.#values.values().next().value!)
    this.#values.add(value)
    this.#known = undefined
  }

  /** Whether what a member of this name holds is a secret. */
  hides(name: string): boolean {
    const known = this.#verdicts.get(name)
    if (known !== undefined) return known
    const words = wordsOf(name)
    const hides = words.some(
      (word, i) => this.#keys.has(word) || this.#keys.has(`${word}_${words[i + 1]}`),
    )
    if (this.#verdicts.size < 10_000) this.#verdicts.set(name, hides)
    return hides
  }

  text(text: string): string {
    if (text.length < SHORTEST) return text
    const known = this.#pattern()
    const masked = (known ? text.replace(known, MASK) : text)
      .replace(FORMS, MASK)
      .replace(SCHEMES, `$1 ${MASK}`)
    return this.#members(masked).replace(PAIRS, (all, name: string, sign: string) =>
      // "error code: 500" is no secret.
      this.hides(name) && !/^code$/i.test(name) ? `${name}${sign}${MASK}` : all,
    )
  }

  /** Names are looked for, and not whole members: a value that is no secret may have others in it. */
  #members(text: string): string {
    let clean = ''
    let from = 0
    NAMES.lastIndex = 0
    for (let found = NAMES.exec(text); found; found = NAMES.exec(text)) {
      const [, quote, name] = found as unknown as [string, string, string]
      if (!this.hides(name)) continue
      const start = NAMES.lastIndex
      const value = text.startsWith(quote, start) ? textValue(quote) : OTHER_VALUES
      value.lastIndex = start
      if (!value.test(text)) continue
      clean += `${text.slice(from, start)}${quote}${MASK}${quote}`
      from = value.lastIndex
      NAMES.lastIndex = from
    }
    return clean + text.slice(from)
  }

  /** Also as it looks within JSON and within an address. */
  #pattern(): RegExp | undefined {
    if (this.#values.size === 0) return undefined
    if (this.#known) return this.#known
    const forms = [...this.#values].flatMap((value) => [
      value,
      JSON.stringify(value).slice(1, -1),
      encodeURIComponent(value.toWellFormed()),
    ])
    // A value that begins another one must not be found first.
    const longest = [...new Set(forms)].sort((a, b) => b.length - a.length)
    this.#known = new RegExp(longest.map(escaped).join('|'), 'g')
    return this.#known
  }
}

/** `X-ApiKey` is `x`, `api`, `key`. */
function wordsOf(name: string): string[] {
  return name
    .slice(0, 128)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

const textValues = new Map<string, RegExp>()

/** A text between such quotes; its end may have been cut off. */
function textValue(quote: string): RegExp {
  const known = textValues.get(quote)
  if (known) return known
  const end = escaped(quote)
  const value = new RegExp(`${end}[^]{0,8192}?(?:(?<!\\\\)${end}|$)`, 'y')
  textValues.set(quote, value)
  return value
}
