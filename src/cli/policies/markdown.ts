import { code, counted, plain } from '../rules/markdown.ts'
import type { PolicyDifference } from './difference.ts'

/** What would change about policies, to stand below what would change about servers. */
export function policiesMarkdown(differences: readonly PolicyDifference[]): string {
  if (differences.length === 0) return '\n### Facet: no policy changes\n'
  const noun = differences.length === 1 ? 'policy' : 'policies'
  const head = `\n### Facet: ${differences.length} ${noun} would change\n`
  let text = head
  for (const [i, each] of differences.entries()) {
    const part = `\n${partOf(each)}`
    if (text.length + part.length > MOST) {
      const left = counted(differences.length - i, 'change')
      return `${text}\n_${left} left out: the comment would be too long. \`--json\` has all._\n`
    }
    text += part
  }
  return text
}

/** Characters that leave room for what is said of servers. */
const MOST = 20_000

function partOf({ policy, change, notes, fields }: PolicyDifference): string {
  const lines = fields.map(
    ({ field, before, after }) =>
      `  - ${code(field)}: ${code(JSON.stringify(before))} → ${code(JSON.stringify(after))}`,
  )
  const said = notes.map((note) => `  - ${plain(note)}`)
  return [`- ${code(policy)} ${change}`, ...said, ...lines, ''].join('\n')
}
