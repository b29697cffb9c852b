import { visible } from '../table.ts'
import type { ChangedEntry, ServerDifference } from './difference.ts'

/** Entries named in each list; the counts cover all. */
const NAMED = 50
/** Characters a comment may have where it is posted, with room to spare. */
const MOST = 60_000

/** What deploying would change, as a comment on a pull request. */
export function toMarkdown(differences: readonly ServerDifference[], files: number): string {
  if (differences.length === 0) {
    return `### Facet: no dynamic server changes\n\n${counted(files, 'rules file')} compared.\n`
  }
  const head = `### Facet: ${counted(differences.length, 'dynamic server')} would change\n`
  const rows = differences.map(
    (each) =>
      `| ${code(each.server)} | ${each.change} | +${each.gains.length} −${each.loses.length} | ${tokens(each)} |`,
  )
  const table = ['| server | change | entries | tokens |', '|---|---|---|---|', ...rows].join('\n')
  let text = `${head}\n${table}\n`
  for (const [i, each] of differences.entries()) {
    const section = `\n${details(each)}`
    if (text.length + section.length > MOST) {
      const left = counted(differences.length - i, 'server')
      return `${text}\n_Details of ${left} left out: the comment would be too long. \`--json\` has all._\n`
    }
    text += section
  }
  return text
}

function details({
  server,
  change,
  notes,
  settings,
  rules,
  gains,
  loses,
  renames,
}: ServerDifference): string {
  const parts = notes.map((note) => `> ${plain(note)}\n`)
  if (settings.length > 0) {
    const lines = settings.map(
      ({ field, before, after }) =>
        `- ${code(field)}: ${code(JSON.stringify(before))} → ${code(JSON.stringify(after))}`,
    )
    parts.push(`${lines.join('\n')}\n`)
  }
  if (rules.some(({ sign }) => sign !== ' ')) {
    // A fence longer than any in a filter cannot be closed by one.
    const fence = '`'.repeat(1 + Math.max(2, ...rules.map(({ text }) => longestRun(text))))
    const lines = rules.map(({ sign, text }) => `${sign} ${visible(text)}`)
    parts.push(`${fence}diff\n${lines.join('\n')}\n${fence}\n`)
  }
  if (gains.length > 0) parts.push(`Gains: ${names(gains)}\n`)
  if (loses.length > 0) parts.push(`Loses: ${names(loses)}\n`)
  if (renames.length > 0) {
    const shown = renames
      .slice(0, NAMED)
      .map(({ before, name }) => `${code(before)} → ${code(name)}`)
    const more = renames.length - shown.length
    parts.push(`Renames: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}\n`)
  }
  return `<details><summary><code>${server}</code> ${change}</summary>\n\n${parts.join('\n')}\n</details>\n`
}

function names(entries: readonly ChangedEntry[]): string {
  const shown = entries
    .slice(0, NAMED)
    .map(({ name, type, source }) => `${code(name)} (${type.replaceAll('_', ' ')}, ${source})`)
  const more = entries.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}

function tokens({ tokens: { before, after } }: ServerDifference): string {
  if (before === after) return String(after)
  return `${before} → ${after} (${after > before ? '+' : '−'}${Math.abs(after - before)})`
}

/** Text of others as code that neither ends early nor breaks a table. */
export function code(text: string): string {
  const clean = visible(text).replaceAll('|', '\\|')
  const fence = '`'.repeat(longestRun(clean) + 1)
  const pad = clean.startsWith('`') || clean.endsWith('`') ? ' ' : ''
  return `${fence}${pad}${clean}${pad}${fence}`
}

/** Text of others that is read as text. */
export function plain(text: string): string {
  return visible(text).replace(/[\\`*_[\]<>|@#]/g, '\\$&')
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
}

export function counted(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`
}
