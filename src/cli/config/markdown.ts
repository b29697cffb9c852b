import { code, counted, plain } from '../rules/markdown.ts'
import type { ConfigDifference } from './difference.ts'
import type { ConfiguredKind } from './kinds.ts'

/** What would change about policies or guards, to stand below what would change about servers. */
export function configMarkdown(
  { name, plural }: Pick<ConfiguredKind<object>, 'name' | 'plural'>,
  differences: readonly ConfigDifference[],
): string {
  if (differences.length === 0) return `\n### Facet: no ${name} changes\n`
  const noun = differences.length === 1 ? name : plural
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

/** Characters of each kind that leave room for what is said of servers. */
const MOST = 10_000

function partOf({ id, change, notes, fields }: ConfigDifference): string {
  const lines = fields.map(
    ({ field, before, after }) =>
      `  - ${code(field)}: ${code(JSON.stringify(before))} → ${code(JSON.stringify(after))}`,
  )
  const said = notes.map((note) => `  - ${plain(note)}`)
  return [`- ${code(id)} ${change}`, ...said, ...lines, ''].join('\n')
}
