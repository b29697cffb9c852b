import { Command } from 'commander'
import { FacetError } from '../../errors/facet-error.ts'
import { type Client, createClient } from '../client.ts'
import { type ConfigDifference, configDifferences } from '../config/difference.ts'
import { type ConfigFile, readConfigFile } from '../config/file.ts'
import { withAffected } from '../config/impact.ts'
import { type ConfiguredKind, GUARDS, POLICIES } from '../config/kinds.ts'
import { configMarkdown } from '../config/markdown.ts'
import { runningDefinitions } from '../config/running.ts'
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
    .option(
      '-c, --config <file>',
      'compare the policies and guards of this configuration file, too',
    )
    .option('-s, --server <url>', 'the running service (FACET_SERVER)')
    .option('--database <file>', 'database of the local service, to find it')
    .option('--exit-code', 'exit with 2 when something would change')
    .option('--json', 'print the comparison as JSON')
    .action(async (paths: string[], flags: Flags) => {
      const { servers, errors: mistakes } = readRules(paths)
      const config = flags.config === undefined ? undefined : readConfigFile(flags.config)
      const errors = [...mistakes, ...(config?.errors ?? [])]
      if (errors.length > 0) {
        throw new FacetError('invalid_request', 'The files have mistakes.', { errors })
      }
      const client = createClient(flags)
      const differences = await differencesOf(client, servers, await runningServers(client))
      const configured = config ? await configuredIn(config, client) : []
      if (flags.json) {
        const shown = configured.map(({ kind, changes }) => [kind.plural, namedBy(kind, changes)])
        const all = { servers: differences, ...Object.fromEntries(shown) }
        console.log(JSON.stringify(all, null, 2))
      } else {
        process.stdout.write(toMarkdown(differences, servers.length))
        for (const { kind, changes } of configured) {
          process.stdout.write(configMarkdown(kind, changes))
        }
      }
      const isOther = [differences, ...configured.map(({ changes }) => changes)].some(
        ({ length }) => length > 0,
      )
      if (flags.exitCode && isOther) process.exitCode = 2
    })
}

interface Configured {
  readonly kind: Pick<ConfiguredKind<object>, 'name' | 'plural'>
  readonly changes: readonly ConfigDifference[]
}

async function configuredIn(file: ConfigFile, client: Client): Promise<Configured[]> {
  const policies = await runningDefinitions(client, POLICIES)
  const guards = await runningDefinitions(client, GUARDS)
  const ofPolicies = configDifferences(file.policies, policies)
  return [
    { kind: POLICIES, changes: await withAffected(client, ofPolicies, file.policies) },
    { kind: GUARDS, changes: configDifferences(file.guards, guards) },
  ]
}

/** `{"policy": "risk", "change": …}` */
function namedBy({ name }: Configured['kind'], changes: readonly ConfigDifference[]) {
  return changes.map(({ id, ...rest }) => ({ [name]: id, ...rest }))
}
