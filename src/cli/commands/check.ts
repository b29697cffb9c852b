import { Command } from 'commander'
import type { ErrorItem } from '../../errors/facet-error.ts'
import { messageOf } from '../../errors/facet-error.ts'
import { createClient } from '../client.ts'
import { readConfigFile } from '../config/file.ts'
import { lintConfig } from '../config/lint.ts'
import { indent } from '../failure.ts'
import { type CatalogEntries, fetchEntries, readEntries } from '../rules/catalog.ts'
import { readRules } from '../rules/files.ts'
import type { Lint } from '../rules/finding.ts'
import { lint } from '../rules/lint.ts'
import { visible } from '../table.ts'

interface Flags {
  readonly config?: string
  readonly catalog?: string
  readonly server?: string
  readonly database?: string
  readonly strict?: boolean
  readonly json?: boolean
}

interface Outcome {
  readonly files: number
  readonly errors: readonly ErrorItem[]
  readonly warnings: readonly Lint[]
  /** Where the entries came from that the rules were tried on. */
  readonly catalog: string | null
}

export function checkCommand(): Command {
  return new Command('check')
    .description('Find mistakes in rules files, and what they hardly mean.')
    .argument('<paths...>', 'files or directories')
    .option('-c, --config <file>', 'check this configuration file, its policies and guards, too')
    .option('--catalog <file>', 'try them on these entries: what "facet list all --json" printed')
    .option('-s, --server <url>', 'try them on the entries of the running service (FACET_SERVER)')
    .option('--database <file>', 'database of the local service, to find it')
    .option('--strict', 'exit with 2 when there are warnings')
    .option('--json', 'print the outcome as JSON')
    .action(async (paths: string[], flags: Flags) => {
      const { count, servers, errors: mistakes } = readRules(paths)
      const config = flags.config === undefined ? undefined : readConfigFile(flags.config)
      const errors = [...mistakes, ...(config?.errors ?? [])]
      const tried = await entriesFor(flags)
      const ofConfig = config ? lintConfig(config, tried.entries) : []
      const outcome: Outcome = {
        files: count + (config ? 1 : 0),
        errors,
        warnings: [...tried.warnings, ...lint(servers, tried.entries), ...ofConfig],
        catalog: tried.from,
      }
      if (flags.json) console.log(JSON.stringify(outcome, null, 2))
      else report(outcome)
      if (errors.length > 0) process.exitCode = 1
      else if (flags.strict && outcome.warnings.length > 0) process.exitCode = 2
    })
}

interface Tried {
  readonly entries: CatalogEntries | undefined
  readonly from: string | null
  readonly warnings: readonly Lint[]
}

/** Without entries only the text is looked at; that somebody asked for more is not forgotten. */
async function entriesFor(flags: Flags): Promise<Tried> {
  if (flags.catalog !== undefined) {
    return { entries: readEntries(flags.catalog), from: flags.catalog, warnings: [] }
  }
  const client = createClient(flags)
  try {
    return { entries: await fetchEntries(client), from: client.url, warnings: [] }
  } catch (error) {
    const wanted = flags.server ?? flags.database ?? process.env.FACET_SERVER
    const warning = { path: client.url, code: 'no_catalog' as const, message: messageOf(error) }
    return { entries: undefined, from: null, warnings: wanted === undefined ? [] : [warning] }
  }
}

function report({ files, errors, warnings, catalog }: Outcome): void {
  for (const { path, message } of errors) console.error(`${path}: ${indent(message)}`)
  for (const { path, code, message } of warnings) {
    console.error(`${path}: warning: ${visible(message)} (${code})`)
  }
  if (catalog === null) {
    console.error('No service and no --catalog: looked at the text of the rules alone.')
  }
  const parts = [`${count(files, 'file')} checked`]
  parts.push(errors.length > 0 ? count(errors.length, 'mistake') : 'no mistakes')
  if (warnings.length > 0) parts.push(count(warnings.length, 'warning'))
  if (errors.length > 0) console.error(parts.join(', '))
  else console.log(parts.join(', '))
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`
}
