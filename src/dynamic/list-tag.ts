import { createHash, randomUUID } from 'node:crypto'
import type { Entry } from '../catalog/entry.ts'
import type { List } from './list.ts'

/** Numbers mean nothing to another process. */
const PROCESS = randomUUID()

let last = 0
const numbers = new WeakMap<Entry, number>()
const tags = new WeakMap<List, string>()

/**
 * Equal for lists of the very same entries, whatever of an entry is looked at: unlike the digest of
 * a list, it also tells tags and marks apart, which MCP clients do not see.
 */
export function tagOf(list: List): string {
  let tag = tags.get(list)
  if (tag === undefined) {
    const all = Float64Array.from(list.entries, numberOf)
    tag = createHash('sha256').update(PROCESS).update(list.naming).update(all).digest('base64url')
    tags.set(list, tag)
  }
  return tag
}

/** Entries never change: another state of one is another object. */
function numberOf(entry: Entry): number {
  let number = numbers.get(entry)
  if (number === undefined) {
    number = ++last
    numbers.set(entry, number)
  }
  return number
}
