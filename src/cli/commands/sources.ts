import { Command } from 'commander'
import type { presentSource } from '../../sources/present-source.ts'
import { createClient } from '../client.ts'
import { table, visible } from '../table.ts'

type Source = ReturnType<typeof presentSource>

interface Flags {
  readonly server?: string
  readonly database?: string
  readonly json?: boolean
}

export function sourcesCommand(): Command {
  return new Command('sources')
    .description(
      'List sources, how each is doing, and where to sign in for those that wait for it.',
    )
    .option('-s, --server <url>', 'the running service (FACET_SERVER)')
    .option('--database <file>', 'database of the local service, to find it')
    .option('--json', 'print the sources as JSON')
    .action(async (flags: Flags) => {
      const client = createClient(flags)
      const { sources } = await client.request<{ sources: Source[] }>('GET', '/sources')
      if (flags.json) return console.log(JSON.stringify(sources, null, 2))
      if (sources.length > 0) console.log(table(sources.map(row)))
      for (const { id, status } of sources) {
        const { url, expires_at } = status.authorization?.sign_in ?? {}
        // In full: a line that is cut off cannot be opened.
        if (url) console.log(`\nSign in for ${id}, before ${expires_at}:\n${visible(url)}`)
      }
    })
}

function row({ id, transport, status }: Source): string[] {
  const { state, entries, last_error } = status
  const count = Object.values(entries).reduce((sum, each) => sum + each, 0)
  const address = transport.type === 'http' ? transport.url : transport.command
  const problem = state === 'up' ? '' : (last_error?.message ?? '')
  return [id, state, `${count} entries`, address, problem]
}
