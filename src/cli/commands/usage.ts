import { Command } from 'commander'
import type { readUsage } from '../../access/events/read-usage.ts'
import { createClient } from '../client.ts'
import { momentOf } from '../moment.ts'
import { table } from '../table.ts'

interface Flags {
  readonly server?: string
  readonly database?: string
  readonly json?: boolean
  readonly since: string
  readonly of?: string
}

type Usage = Awaited<ReturnType<typeof readUsage>>

export function usageCommand(): Command {
  return new Command('usage')
    .description('Show what callers did, by dynamic server.')
    .argument('[caller]', 'only of this caller')
    .option('--since <time>', 'from then on: a time, or how long ago, such as 2h or 7d', '1d')
    .option('--of <id>', 'only of this dynamic server')
    .option('-s, --server <url>', 'the running service (FACET_SERVER)')
    .option('--database <file>', 'database of the local service, to find it')
    .option('--json', 'print the usage as JSON')
    .action(async (caller: string | undefined, flags: Flags) => {
      const query = new URLSearchParams({
        since: momentOf(flags.since),
        ...(caller === undefined ? {} : { caller }),
        ...(flags.of === undefined ? {} : { server: flags.of }),
      })
      const usage = await createClient(flags).request<Usage>('GET', `/usage?${query}`)
      if (flags.json) return console.log(JSON.stringify(usage, null, 2))
      if (usage.callers.length === 0) return console.log(`No calls since ${usage.since}.`)
      console.log(table([HEAD, ...usage.callers.flatMap(rows)]))
    })
}

const HEAD = ['caller', 'server', 'calls', 'errors', 'denied', 'lists', 'in', 'out', 'last']

function rows({ caller, servers }: Usage['callers'][number]): string[][] {
  return servers.map(({ server, ...of }) => [
    caller,
    server ?? '-',
    ...[of.calls, of.errors, of.denied, of.lists].map(String),
    sizeOf(of.bytes_in),
    sizeOf(of.bytes_out),
    of.last_at,
  ])
}

function sizeOf(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}
