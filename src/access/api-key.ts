import { randomBytes } from 'node:crypto'
import { digestOf } from './digest.ts'

const SHAPE = /^facet_([a-z2-7]{10})_[\w-]{43}$/
const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567'

/** A new API key. Only its prefix and its digest are kept; the key is shown once. */
export function newApiKey(): { key: string; prefix: string; digest: string } {
  const prefix = Array.from(randomBytes(10), (byte) => LETTERS[byte % LETTERS.length]).join('')
  const key = `facet_${prefix}_${randomBytes(32).toString('base64url')}`
  return { key, prefix, digest: digestOf(key).toString('hex') }
}

/** The part of an API key by which it is found; undefined for anything else. */
export function prefixOf(text: string): string | undefined {
  return SHAPE.exec(text)?.[1]
}
