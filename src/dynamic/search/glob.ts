/**
 * Whether a text is like a pattern in which `*` is any text and `?` one character. Takes at most
 * the product of both lengths: a pattern comes from a client.
 */
export function isLike(text: string, pattern: string): boolean {
  let at = 0
  let next = 0
  let star = -1
  let mark = 0
  while (at < text.length) {
    if (next < pattern.length && pattern[next] === '*') {
      star = next++
      mark = at
    } else if (next < pattern.length && (pattern[next] === '?' || pattern[next] === text[at])) {
      at++
      next++
    } else if (star >= 0) {
      next = star + 1
      at = ++mark
    } else {
      return false
    }
  }
  while (pattern[next] === '*') next++
  return next === pattern.length
}
