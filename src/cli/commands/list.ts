import { Command } from 'commander'
import type { EntryDocument } from '../../catalog/entry.ts'
import { createClient } from '../client.ts'
import { table } from '../table.ts'

interface Flags {
  readonly server?: string
  readonly database?: string
  readonly json?: boolean
}

type Catalog = Record<string, readonly EntryDocument[]>

const NOUNS = ['tools', 'prompts', 'resources', 'resource_templates']

export function listCommand(): Command {
  return new Command('list')
    .description('List what a dynamic server shows now; "all" is the whole catalog.')
    .argument('<server>', 'id of a dynamic server')
    .option('-s, --server <url>', 'the running service (FACET_SERVER)')
    .option('--database <file>', 'database of the local service, to find it')
    .option('--json', 'print the catalog as JSON')
    .action(async (id: string, flags: Flags) => {
      const path = `/dynamic/${encodeURIComponent(id)}/catalog`
      const catalog = await createClient(flags).request<Catalog>('GET', path)
      if (flags.json) return console.log(JSON.stringify(catalog, null, 2))
      for (const noun of NOUNS) {
        const entries = catalog[noun]!
        console.log(`${entries.length} ${noun.replaceAll('_', ' ')}`)
        if (entries.length > 0) console.log(table(entries.map(row)))
      }
    })
}

function row({ name, source, tags, description = '' }: EntryDocument): string[] {
  return ['  ', name, source, tags.join(' '), description.split('\n')[0]!]
}
