import { code, counted, plain } from '../rules/markdown.ts'
import type { ConfigDifference } from './difference.ts'
import type { Affected, AffectedCaller } from './impact.ts'
import type { ConfiguredKind } from './kinds.ts'

/** What would change about policies or guards, to stand below what would change about servers. */
export function configMarkdown(
  { name, plural }: Pick<ConfiguredKind<object>, 'name' | 'plural'>,
  differences: readonly (ConfigDifference & Partial<Affected>)[],
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

/** Callers named of each change. */
const NAMED = 20

function partOf(difference: ConfigDifference & Partial<Affected>): string {
  const { id, change, notes, fields, callers = [], failed = [] } = difference
  const lines = fields.map(
    ({ field, before, after }) =>
      `  - ${code(field)}: ${code(JSON.stringify(before))} → ${code(JSON.stringify(after))}`,
  )
  const said = notes.map((note) => `  - ${plain(note)}`)
  const seen = callers.slice(0, NAMED).map(affected)
  if (callers.length > NAMED) seen.push(`  - and ${callers.length - NAMED} more callers`)
  const blind = failed.map(({ server }) => `  - ${code(server)} cannot be looked at`)
  return [`- ${code(id)} ${change}`, ...said, ...lines, ...seen, ...blind, ''].join('\n')
}

/** `user ada: risk +3 −1, all +3` */
function affected({ user, role, servers }: AffectedCaller): string {
  const who = user === undefined ? `role ${code(role ?? '')}` : `user ${code(user)}`
  const counts = servers.map(({ server, gains, loses }) =>
    [code(server), gains > 0 && `+${gains}`, loses > 0 && `−${loses}`].filter(Boolean).join(' '),
  )
  return `  - ${who}: ${counts.join(', ')}`
}
