import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { parse } from 'yaml'
import type { ImportOutcome } from '../../sources/import-sources.ts'
import { createClient } from '../client.ts'
import { visible } from '../table.ts'

interface Flags {
  readonly server?: string
  readonly database?: string
  readonly partial?: boolean
  readonly json?: boolean
}

export function importCommand(): Command {
  return new Command('import')
    .description("Add the servers of an MCP client's configuration as sources.")
    .argument('<file>', 'JSON with mcpServers (Claude, Cursor) or servers (VS Code)')
    .option('--partial', 'import what can be imported, and report the rest')
    .option('-s, --server <url>', 'the running service (FACET_SERVER)')
    .option('--database <file>', 'database of the local service, to find it and to set commands')
    .option('--json', 'print the answer as JSON')
    .action(async (file: string, flags: Flags) => {
      const client = createClient(flags)
      // YAML reads JSON too, and the comments that client configurations are full of.
      const config: unknown = parse(readFileSync(file, 'utf8'))
      const path = `/sources/import${flags.partial ? '?partial=true' : ''}`
      const outcome = await client.request<ImportOutcome>('POST', path, config)
      if (flags.json) console.log(JSON.stringify(outcome, null, 2))
      else report(outcome)
      if (outcome.failed.length > 0) process.exitCode = 1
    })
}

function report({ imported, unchanged, failed, warnings }: ImportOutcome): void {
  for (const { name, id } of imported) console.log(`imported   ${visible(name)} as ${id}`)
  for (const { name, id } of unchanged) console.log(`unchanged  ${visible(name)} (${id})`)
  for (const { name, message } of warnings) console.log(`note       ${visible(name)}: ${message}`)
  for (const { path, message } of failed) console.error(`failed     ${visible(path)}: ${message}`)
}
