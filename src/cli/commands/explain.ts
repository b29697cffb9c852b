import { Command } from 'commander'
import type { Explanation } from '../../dynamic/explain/answer.ts'
import { createClient } from '../client.ts'
import { explanationTree } from '../explanation-tree.ts'

interface Flags {
  readonly type?: string
  readonly source?: string
  readonly server?: string
  readonly database?: string
  readonly json?: boolean
  readonly caller?: string
}

export function explainCommand(): Command {
  return new Command('explain')
    .description('Say why an entry is in a dynamic server, or why not, clause by clause.')
    .argument('<server>', 'id of a dynamic server; drafts too')
    .argument('<name>', 'name of an entry, or URI of a resource or template')
    .option('-t, --type <type>', 'tool, prompt, resource or resource_template')
    .option('--source <id>', 'source of the entry, where several have the name')
    .option('--caller <who>', 'through whose eyes: the id of a user, or a caller as JSON')
    .option('-s, --server <url>', 'the running service (FACET_SERVER)')
    .option('--database <file>', 'database of the local service, to find it')
    .option('--json', 'print the explanation as JSON')
    .action(async (id: string, name: string, { type, source, caller, json, ...place }: Flags) => {
      const query = new URLSearchParams({ name })
      if (type !== undefined) query.set('type', type)
      if (source !== undefined) query.set('source', source)
      if (caller !== undefined) query.set('caller', caller)
      const path = `/dynamic/${encodeURIComponent(id)}/explain?${query}`
      const explanation = await createClient(place).request<Explanation>('GET', path)
      console.log(json ? JSON.stringify(explanation, null, 2) : explanationTree(explanation))
    })
}
