import { Command } from 'commander'
import { firstKey, hasAdminKey } from '../../access/first-key.ts'
import { type Client, createClient, databaseOf } from '../client.ts'
import { readServiceFile } from '../service-file.ts'
import { everyUser, type ShownKey, type ShownUser } from './users.ts'

interface Flags {
  readonly user: string
  readonly database?: string
}

const TAKEN =
  'There is an administrator with a key already. More keys come from `facet keys create <user>`.'

export function initCommand(): Command {
  return new Command('init')
    .description('Make the first administrator, with a key that is shown once.')
    .option('--user <id>', 'id of the administrator', 'administrator')
    .option('--database <file>', 'database of the service')
    .action(async (flags: Flags) => {
      const database = databaseOf(flags)
      const key = isServed(database)
        ? await overService(createClient(flags), flags.user)
        : await inDatabase(database, flags.user)
      console.log(key)
      console.error(
        `The key of ${flags.user}, shown this once. From now on every request needs one:`,
      )
      console.error('  Authorization: Bearer <key>')
    })
}

/** Whether a service runs on the database; one that was killed leaves its file behind. */
function isServed(database: string): boolean {
  const service = readServiceFile(database)
  if (!service) return false
  try {
    return process.kill(service.pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Nothing runs: whoever may write the database file may make its first key. */
async function inDatabase(database: string, user: string): Promise<string> {
  const { withAccounts } = await import('../../main.ts')
  return withAccounts(database, async (accounts) => {
    if (hasAdminKey(accounts)) throw new Error(TAKEN)
    return (await firstKey(accounts, user)).key
  })
}

/** A running service owns the database: it is asked, as the command line of its own machine. */
async function overService(client: Client, id: string): Promise<string> {
  const users = await everyUser(client)
  for (const user of users.filter(({ roles, disabled }) => roles.includes('admin') && !disabled)) {
    const path = `/users/${encodeURIComponent(user.id)}/keys`
    const { keys } = await client.request<{ keys: ShownKey[] }>('GET', path)
    if (keys.some(administers)) throw new Error(TAKEN)
  }
  const path = `/users/${encodeURIComponent(id)}`
  const known = users.find((user) => user.id === id)
  if (known) {
    const roles = [...new Set([...known.roles, 'admin'])]
    await client.request<ShownUser>('PATCH', path, { roles, disabled: false })
  } else {
    const body = { id, name: 'Administrator', roles: ['admin'] }
    await client.request<ShownUser>('POST', '/users', body)
  }
  return (await client.request<{ key: string }>('POST', `${path}/keys`, {})).key
}

function administers({ expires_at, roles }: ShownKey): boolean {
  const isOver = expires_at !== null && Date.parse(expires_at) <= Date.now()
  return !isOver && (roles === null || roles.includes('admin'))
}
