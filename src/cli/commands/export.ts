import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { slugOf } from '../../catalog/slug.ts'
import { createClient } from '../client.ts'
import { GUARDS, POLICIES } from '../config/kinds.ts'
import { runningDefinitions } from '../config/running.ts'
import { type Written, wantedList, writeConfig } from '../config/write.ts'
import { type Running, runningServers } from '../rules/running.ts'
import { rulesFileText } from '../rules/written.ts'

interface Flags {
  readonly dir: string
  readonly config?: string
  readonly force?: boolean
  readonly server?: string
  readonly database?: string
  readonly json?: boolean
}

export function exportCommand(): Command {
  return new Command('export')
    .description('Write dynamic servers of the running service as rules files.')
    .argument('[servers...]', 'ids of dynamic servers; all of them without one')
    .option('--dir <directory>', 'where the files go', 'rules')
    .option(
      '-c, --config <file>',
      'write all policies and guards into this configuration file, too',
    )
    .option('--force', 'write over files that say something else')
    .option('-s, --server <url>', 'the running service (FACET_SERVER)')
    .option('--database <file>', 'database of the local service, to find it')
    .option('--json', 'print what was written as JSON')
    .action(async (ids: string[], flags: Flags) => {
      const client = createClient(flags)
      const chosen = choose(await runningServers(client), ids)
      mkdirSync(flags.dir, { recursive: true })
      const force = flags.force === true
      const files: { server?: string; file: string; result: Written }[] = chosen.map((server) => {
        const file = join(flags.dir, `${server.id}.yaml`)
        return { server: server.id, file, result: write(file, server, force) }
      })
      if (flags.config !== undefined) {
        const lists = [
          wantedList(POLICIES, await runningDefinitions(client, POLICIES)),
          wantedList(GUARDS, await runningDefinitions(client, GUARDS)),
        ]
        const result = writeConfig(flags.config, lists, force)
        files.push({ file: flags.config, result })
      }
      if (flags.json) console.log(JSON.stringify({ files }, null, 2))
      else for (const { file, result } of files) console.log(`${result.padEnd(9)}  ${file}`)
      const kept = files.filter(({ result }) => result === 'exists')
      if (kept.length > 0) console.error('What exists was not written over; --force does it.')
      if (files.some(({ result }) => result === 'exists' || result === 'unusable')) {
        process.exitCode = 1
      }
    })
}

function choose(running: readonly Running[], ids: readonly string[]): readonly Running[] {
  const unknown = ids.filter((id) => !running.some((server) => server.id === id))
  if (unknown.length > 0) throw new Error(`There is no dynamic server ${unknown.join(', ')}.`)
  return ids.length === 0 ? running : running.filter(({ id }) => ids.includes(id))
}

function write(file: string, { id, definition, problem }: Running, force: boolean): Written {
  // Its stored rules are not known here; a file without them would pass for the server.
  if (problem !== undefined) return 'unusable'
  const text = rulesFileText(definition, slugOf(id) === id ? undefined : id)
  if (existsSync(file)) {
    if (readFileSync(file, 'utf8') === text) return 'unchanged'
    if (!force) return 'exists'
  }
  writeFileSync(file, text)
  return 'written'
}
