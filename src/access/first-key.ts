import type { Accounts } from './accounts.ts'
import { createKey, type NewKey } from './keys.ts'
import { createUser, patchUser } from './users.ts'

/** Whether somebody holds a key with which they can administer the service. */
export function hasAdminKey(accounts: Accounts): boolean {
  return accounts
    .users()
    .some(({ id }) =>
      accounts.keysOf(id).some((key) => accounts.currentOf(key.id)?.roles.includes('admin')),
    )
}

/** An administrator with a key: the user is made, or made able to administer again. */
export async function firstKey(accounts: Accounts, id: string): Promise<NewKey> {
  const user = accounts.user(id)
  if (!user) await createUser(accounts, { id, name: 'Administrator', roles: ['admin'] })
  else if (user.disabled || !user.roles.includes('admin')) {
    const roles = [...new Set([...user.roles, 'admin'])]
    await patchUser(accounts, id, { roles, disabled: false })
  }
  return createKey(accounts, id, {})
}
