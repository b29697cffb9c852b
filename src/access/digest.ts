import { createHash, timingSafeEqual } from 'node:crypto'

export const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Digests have one length and say nothing of what they are of, so comparing tells nothing. */
export function holdsSecret(given: string, expected: Buffer): boolean {
  return timingSafeEqual(digestOf(given), expected)
}
