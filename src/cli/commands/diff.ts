import { Command } from 'commander'
import { FacetError } from '../../errors/facet-error.ts'
import { createClient } from '../client.ts'
import { policyDifferences } from '../policies/difference.ts'
import { readPolicyFile } from '../policies/file.ts'
import { policiesMarkdown } from '../policies/markdown.ts'
import { runningPolicies } from '../policies/running.ts'
import { differencesOf } from '../rules/difference.ts'
import { readRules } from '../rules/files.ts'
import { toMarkdown } from '../rules/markdown.ts'
import { runningServers } from '../rules/running.ts'

interface Flags {
  readonly config?: string
  readonly server?: string
  readonly database?: string
  readonly exitCode?: boolean
  readonly json?: boolean
}

export function diffCommand(): Command {
  return new Command('diff')
    .description('Show what rules files would change on the running service, as Markdown.')
    .argument('<paths...>', 'files or directories')
    .option('-c, --config <file>', 'compare the policies of this configuration file, too')
    .option('-s, --server <url>', 'the running service (FACET_SERVER)')
    .option('--database <file>', 'database of the local service, to find it')
    .option('--exit-code', 'exit with 2 when something would change')
    .option('--json', 'print the comparison as JSON')
    .action(async (paths: string[], flags: Flags) => {
      const { servers, errors: mistakes } = readRules(paths)
      const config = flags.config === undefined ? undefined : readPolicyFile(flags.config)
      const errors = [...mistakes, ...(config?.errors ?? [])]
      if (errors.length > 0) {
        throw new FacetError('invalid_request', 'The files have mistakes.', { errors })
      }
      const client = createClient(flags)
      const differences = await differencesOf(client, servers, await runningServers(client))
      const policies = config && policyDifferences(config.policies, await runningPolicies(client))
      if (flags.json) console.log(JSON.stringify({ servers: differences, policies }, null, 2))
      else {
        process.stdout.write(toMarkdown(differences, servers.length))
        if (policies) process.stdout.write(policiesMarkdown(policies))
      }
      const changes = differences.length + (policies?.length ?? 0)
      if (flags.exitCode && changes > 0) process.exitCode = 2
    })
}
