import { Command } from 'commander'
import { createClient } from '../client.ts'
import { table } from '../table.ts'
import { onService, type ShownKey } from './users.ts'

interface Flags {
  readonly server?: string
  readonly database?: string
  readonly json?: boolean
  readonly name?: string
  readonly days?: string
  readonly only?: string[]
  readonly role?: string[]
}

type Made = ShownKey & { readonly key: string }

const collect = (value: string, all: string[] = []) => [...all, value]
const pathOf = (id: string) => `/users/${encodeURIComponent(id)}`

/** The key alone on standard output, so that a script can keep it. */
function show(made: Made, { json }: Flags): void {
  console.log(json ? JSON.stringify(made, null, 2) : made.key)
  if (!json) console.error(`${made.id}, shown this once.`)
}

const row = ({ id, prefix, name, servers, roles, expires_at, last_used_at }: ShownKey) => [
  id,
  `${prefix}_…`,
  name ?? '',
  servers ? `only ${servers.join(' ')}` : '',
  roles ? `as ${roles.join(' ')}` : '',
  expires_at ? `until ${expires_at}` : '',
  last_used_at ? `used ${last_used_at}` : 'never used',
]

export function keysCommand(): Command {
  const list = onService(new Command('list').description('List the keys of a user.'))
    .argument('<user>', 'id of the user')
    .action(async (user: string, flags: Flags) => {
      const client = createClient(flags)
      const { keys } = await client.request<{ keys: ShownKey[] }>('GET', `${pathOf(user)}/keys`)
      if (flags.json) console.log(JSON.stringify(keys, null, 2))
      else console.log(table(keys.map(row)))
    })
  const create = onService(
    new Command('create')
      .description('Give a user one more key, shown once.')
      .option('--name <name>', 'what the key is for')
      .option('--days <days>', 'how long it is valid; for ever without it')
      .option('--only <server>', 'dynamic server it is limited to; repeat it for more', collect)
      .option('--role <role>', 'role of the user it is limited to; repeat it for more', collect),
  )
    .argument('<user>', 'id of the user')
    .action(async (user: string, flags: Flags) => {
      const { name, days, only, role } = flags
      const body = {
        ...(name === undefined ? {} : { name }),
        ...(days === undefined ? {} : { expires_in_days: Number(days) }),
        ...(only ? { servers: only } : {}),
        ...(role ? { roles: role } : {}),
      }
      show(await createClient(flags).request<Made>('POST', `${pathOf(user)}/keys`, body), flags)
    })
  const revoke = onService(new Command('revoke').description('End a key at once.'))
    .argument('<key>', 'id of the key')
    .action(async (key: string, flags: Flags) => {
      await createClient(flags).request('DELETE', `/keys/${encodeURIComponent(key)}`)
    })
  const reset = onService(
    new Command('reset').description('End all keys and sessions of a user, and give a new key.'),
  )
    .argument('<user>', 'id of the user')
    .action(async (user: string, flags: Flags) => {
      show(await createClient(flags).request<Made>('POST', `${pathOf(user)}/reset`), flags)
    })
  const keys = new Command('keys').description('API keys of users.')
  for (const command of [list, create, revoke, reset]) keys.addCommand(command)
  return keys
}
