import { MASK, maskMembers, maskPairs } from './secret-members.ts'

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
/** `https://user:password@host` */
const USER_INFO = /(:\/\/[^\s/:@]{0,256}:)[^\s/@]{1,1024}@/g

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
      .replace(USER_INFO, `$1${MASK}@`)
    const hides = (name: string) => this.hides(name)
    return maskPairs(maskMembers(masked, hides), hides)
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
