import { Command } from 'commander'
import { type Client, createClient } from '../client.ts'
import { table } from '../table.ts'

export interface ShownUser {
  readonly id: string
  readonly name: string
  readonly roles: readonly string[]
  readonly groups: readonly string[]
  readonly disabled: boolean
}

export interface ShownKey {
  readonly id: string
  readonly name: string | null
  readonly prefix: string
  readonly roles: readonly string[] | null
  readonly servers: readonly string[] | null
  readonly expires_at: string | null
  readonly last_used_at: string | null
}

interface Flags {
  readonly server?: string
  readonly database?: string
  readonly json?: boolean
  readonly name?: string
  readonly role?: string[]
  readonly group?: string[]
  readonly disable?: boolean
  readonly enable?: boolean
}

/** Every user, page by page. */
export async function everyUser(client: Client): Promise<ShownUser[]> {
  const all: ShownUser[] = []
  for (let cursor = ''; ; ) {
    const path = `/users?limit=500${cursor === '' ? '' : `&cursor=${cursor}`}`
    const page = await client.request<{ users: ShownUser[]; next_cursor?: string }>('GET', path)
    all.push(...page.users)
    if (page.next_cursor === undefined) return all
    cursor = page.next_cursor
  }
}

/** The flags by which a command finds the service. */
export function onService(command: Command): Command {
  return command
    .option('-s, --server <url>', 'the running service (FACET_SERVER)')
    .option('--database <file>', 'database of the local service, to find it')
    .option('--json', 'print the answer as JSON')
}

/** A flag that may be repeated. */
const collect = (value: string, all: string[] = []) => [...all, value]

function withFields(command: Command): Command {
  return command
    .option('--name <name>', 'name for people')
    .option('--role <role>', 'role; repeat it for more, they replace those there are', collect)
    .option('--group <group>', 'group; repeat it for more, they replace those there are', collect)
}

const pathOf = (id: string) => `/users/${encodeURIComponent(id)}`

function show(user: ShownUser, { json }: Flags): void {
  console.log(json ? JSON.stringify(user, null, 2) : table([row(user)]))
}

const row = ({ id, name, roles, groups, disabled }: ShownUser) => [
  id,
  roles.join(' '),
  groups.join(' '),
  disabled ? 'disabled' : '',
  name,
]

function fieldsOf({ name, role, group, disable, enable }: Flags) {
  return {
    ...(name === undefined ? {} : { name }),
    ...(role ? { roles: role } : {}),
    ...(group ? { groups: group } : {}),
    ...(disable || enable ? { disabled: disable === true } : {}),
  }
}

export function usersCommand(): Command {
  const list = onService(new Command('list').description('List users.')).action(
    async (flags: Flags) => {
      const users = await everyUser(createClient(flags))
      if (flags.json) console.log(JSON.stringify(users, null, 2))
      else console.log(table(users.map(row)))
    },
  )
  const add = onService(
    withFields(new Command('add').description('Make a user, without a key yet.')),
  )
    .argument('<id>', 'id of the user')
    .action(async (id: string, flags: Flags) => {
      const body = { id, name: id, ...fieldsOf(flags) }
      show(await createClient(flags).request<ShownUser>('POST', '/users', body), flags)
    })
  const set = onService(
    withFields(new Command('set').description('Change a user; it counts at once.'))
      .option('--disable', 'let the user in no more')
      .option('--enable', 'let the user in again'),
  )
    .argument('<id>', 'id of the user')
    .action(async (id: string, flags: Flags) => {
      const client = createClient(flags)
      show(await client.request<ShownUser>('PATCH', pathOf(id), fieldsOf(flags)), flags)
    })
  const remove = onService(new Command('remove').description('Delete a user with all keys.'))
    .argument('<id>', 'id of the user')
    .action(async (id: string, flags: Flags) => {
      await createClient(flags).request('DELETE', pathOf(id))
    })
  const users = new Command('users').description('Who may come in: people and programs.')
  for (const command of [list, add, set, remove]) users.addCommand(command)
  return users
}
