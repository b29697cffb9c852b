/** Numbers that look random and are the same every time; below 1. */
export function mulberry(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Pieces of both languages, and of others, that make sense in some place or in none. */
const PIECES = [
  ...['$', '@', '.', '..', '[', ']', '(', ')', '?', '*', ',', ':', '&&', '||', '!', '==', '!='],
  ...['<', '<=', '>', '>=', '=~', '!~', ' in ', ' contains ', ' ? ', ' : ', '-', '+', '0', '1e9'],
  ...["'", '"', '\\', '\\u0000', '\\uD800', '{', '}', '`', '/', '//', '/*', '#', ';', '\n', '\0'],
  ...['tags', 'name', 'meta', 'description', 'deprecated', 'caller.id', 'true', 'null', "'a'"],
  ...['__proto__', 'constructor', 'prototype', '$.tags', '$..*', '@.length', '[*]', '[::-1]'],
  ...['lower(', 'glob(', 'any(', 'count(', 'match(', 'value(', 'length(', "'(a+)+$'", "'.*.*.*'"],
  ...['😀', '\u202e', '\ufeff', '\u00a0', 'é', 'push(1)', '=>', '=', '${', '%', '^', '~'],
]

/** Changes a text here and there: cut, doubled, spliced with another, pieces put in or swapped. */
export function mutate(text: string, other: string, random: () => number): string {
  const at = (length: number) => Math.floor(random() * (length + 1))
  let changed = text
  for (let i = 1 + at(random() < 0.7 ? 0 : 3); i > 0; i--) {
    const [from, to] = [at(changed.length), at(changed.length)].sort((a, b) => a - b) as [
      number,
      number,
    ]
    const piece = PIECES[at(PIECES.length - 1)]!
    switch (at(6)) {
      case 0:
        changed = changed.slice(0, from) + changed.slice(to)
        break
      case 1:
        changed = changed.slice(0, to) + changed.slice(from)
        break
      case 2:
        changed = changed.slice(0, from) + other.slice(at(other.length))
        break
      case 3:
        changed = changed.slice(0, from) + changed.slice(from).replace(/[\w$@]+|\W/, () => piece)
        break
      case 4:
        changed =
          changed.slice(0, from) +
          piece.repeat(1 + at(random() < 0.8 ? 1 : 40)) +
          changed.slice(from)
        break
      case 5:
        changed = `${changed.slice(0, from)}(${changed.slice(from, to)})${changed.slice(to)}`
        break
      default:
        changed = changed.slice(0, from) + piece + changed.slice(from)
    }
  }
  return changed.slice(0, 3000)
}
