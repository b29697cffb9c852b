/** Flags of other languages that RE2 knows too; `g`, `u` and the like have no meaning here. */
const FLAGS = /[ims]/g

/**
 * A pattern between slashes, as other languages write it: how much of the text it is, and what to
 * write instead. Where none stands, one character is meant.
 */
export function slashedPattern(source: string, at: number): { length: number; fix: string } {
  const found = /^\/((?:[^/\\]|\\.)*)\/([a-z]*)/su.exec(source.slice(at))
  if (!found) return { length: 1, fix: 'put the pattern in quotes' }
  const [whole, body, letters] = found as unknown as [string, string, string]
  const flags = (letters.match(FLAGS) ?? []).join('')
  const pattern = (flags ? `(?${flags})` : '') + body.replaceAll('\\/', '/')
  const quote = pattern.includes("'") && !pattern.includes('"') ? '"' : "'"
  const quoted =
    quote === "'" ? pattern.replace(/(\\.)|'/gsu, (_, escaped) => escaped ?? "\\'") : pattern
  return { length: whole.length, fix: `write ${quote}${quoted}${quote}` }
}
