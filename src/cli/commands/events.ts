import { setTimeout as sleep } from 'node:timers/promises'
import { Command, Option } from 'commander'
import type { presentEvent } from '../../access/events/read-events.ts'
import { EVENT_ACTIONS, EVENT_DECISIONS, EVENT_OUTCOMES } from '../../store/event-port.ts'
import { type Client, createClient } from '../client.ts'
import { momentOf } from '../moment.ts'
import { visible } from '../table.ts'

interface Flags {
  readonly server?: string
  readonly database?: string
  readonly json?: boolean
  readonly follow?: boolean
  readonly limit: string
  readonly since?: string
  readonly caller?: string
  readonly entry?: string
  readonly action?: string
  readonly decision?: string
  readonly outcome?: string
}

type Event = ReturnType<typeof presentEvent>

/** How often is asked for what is new, in ms. */
const FOLLOW_MS = 1_000

export function eventsCommand(): Command {
  return new Command('events')
    .description('Show what was decided and called, the latest at the end.')
    .argument('[id]', 'only of this dynamic server')
    .option('-f, --follow', 'go on with what happens from now on, until it is stopped')
    .option('-n, --limit <number>', 'how many of the latest, at most 500', '50')
    .option('--since <time>', 'only from then on: a time, or how long ago, such as 15m, 2h or 7d')
    .option('--caller <id>', 'only of this caller')
    .option('--entry <name>', 'only of this entry, by its name or id')
    .addOption(new Option('--action <action>', 'only such actions').choices(EVENT_ACTIONS))
    .addOption(new Option('--decision <decision>', 'only these').choices(EVENT_DECISIONS))
    .addOption(new Option('--outcome <outcome>', 'only what ended so').choices(EVENT_OUTCOMES))
    .option('-s, --server <url>', 'the running service (FACET_SERVER)')
    .option('--database <file>', 'database of the local service, to find it')
    .option('--json', 'print each event as a line of JSON')
    .action(async (id: string | undefined, flags: Flags) => {
      const client = createClient(flags)
      const { caller, entry, action, decision, outcome } = flags
      const asked = new URLSearchParams(
        Object.entries({ server: id, caller, entry, action, decision, outcome }).flatMap(
          ([name, value]) => (value === undefined ? [] : [[name, value] as [string, string]]),
        ),
      )
      if (flags.since !== undefined) asked.set('since', momentOf(flags.since))
      const path = `/events?limit=${encodeURIComponent(flags.limit)}&${asked}`
      const { events } = await client.request<{ events: Event[] }>('GET', path)
      const print = (event: Event) =>
        console.log(flags.json ? JSON.stringify(event) : lineOf(event))
      for (const event of events.toReversed()) print(event)
      if (flags.follow) await follow(client, asked, events[0]?.id, print)
    })
}

async function follow(
  client: Client,
  asked: URLSearchParams,
  last: number | undefined,
  print: (event: Event) => void,
): Promise<never> {
  let after = last ?? 0
  for (;;) {
    const path = `/events?after=${after}&limit=500&${asked}`
    const { events } = await client.request<{ events: Event[] }>('GET', path)
    for (const event of events) print(event)
    after = events.at(-1)?.id ?? after
    if (events.length < 500) await sleep(FOLLOW_MS)
  }
}

function lineOf(event: Event): string {
  const { at, caller, action, name, server, outcome, code, decided_by, ms, count } = event
  const why = [code, decided_by].filter((part) => part !== null).join(', ')
  const parts = [
    at,
    caller ?? '-',
    action,
    name ?? event.type ?? '-',
    server === null ? '' : `on ${server}`,
    why === '' ? outcome : `${outcome} (${why})`,
    ms === null ? '' : `${ms} ms`,
    count === 1 ? '' : `×${count}`,
  ]
  return visible(parts.filter((part) => part !== '').join('  '))
}
