import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { parse } from 'yaml'
import { newSecret } from '../../access/guards/codes/new-secret.ts'
import { createClient } from '../client.ts'
import { table } from '../table.ts'
import { onService } from './users.ts'

interface ShownGuard {
  readonly id: string
  readonly kind: string
  readonly status: string
  readonly what: string
  readonly who: string
  readonly server?: readonly string[]
  readonly problem: string | null
}

interface Flags {
  readonly server?: string
  readonly database?: string
  readonly json?: boolean
  readonly caller?: string
}

const pathOf = (id: string) => `/guards/${encodeURIComponent(id)}`

const row = ({ id, kind, status, what, who, server, problem }: ShownGuard) => [
  id,
  kind,
  problem === null ? status : 'unusable',
  server ? `on ${server.join(' ')}` : 'everywhere',
  who === 'true' ? 'everybody' : who,
  what,
]

const one = (name: string, description: string) =>
  onService(new Command(name).description(description)).argument('<guard>', 'id of the guard')

function list(): Command {
  return onService(new Command('list').description('List guards.')).action(async (flags: Flags) => {
    const path = '/guards'
    const { guards } = await createClient(flags).request<{ guards: ShownGuard[] }>('GET', path)
    if (flags.json) console.log(JSON.stringify(guards, null, 2))
    else if (guards.length > 0) console.log(table(guards.map(row)))
  })
}

/** A guard that is there is replaced, so that a file can be put again and again. */
function put(): Command {
  return onService(
    new Command('put').description('Make or replace the guard that a file describes.'),
  )
    .argument('<file>', 'a guard as YAML or JSON, with its id')
    .action(async (file: string, flags: Flags) => {
      const body = parse(readFileSync(file, 'utf8')) as { id?: unknown } | null
      if (typeof body?.id !== 'string') throw new Error(`${file} does not say the id of the guard.`)
      const { id } = body
      const client = createClient(flags)
      const { guards } = await client.request<{ guards: ShownGuard[] }>('GET', '/guards')
      const isThere = guards.some((guard) => guard.id === id)
      const made = isThere
        ? await client.request<ShownGuard>('PUT', pathOf(id), body)
        : await client.request<ShownGuard>('POST', '/guards', body)
      console.log(flags.json ? JSON.stringify(made, null, 2) : table([row(made)]))
    })
}

function turned(name: 'on' | 'off', description: string): Command {
  return one(name, description).action(async (id: string, flags: Flags) => {
    const status = name === 'on' ? 'active' : 'off'
    const guard = await createClient(flags).request<ShownGuard>('PATCH', pathOf(id), { status })
    console.log(flags.json ? JSON.stringify(guard, null, 2) : table([row(guard)]))
  })
}

export function guardsCommand(): Command {
  const remove = one('remove', 'Delete a guard.').action(async (id: string, flags: Flags) => {
    await createClient(flags).request('DELETE', pathOf(id))
  })
  const lock = one('lock', 'Lock a group for everybody.').action(
    async (id: string, flags: Flags) => {
      await createClient(flags).request('POST', `${pathOf(id)}/lock`)
    },
  )
  const reset = one('reset', 'Let those who are locked out try codes again.')
    .option('--caller <id>', 'only this caller')
    .action(async (id: string, { caller, ...flags }: Flags) => {
      const body = caller === undefined ? {} : { caller }
      await createClient(flags).request('POST', `${pathOf(id)}/reset`, body)
    })
  const secret = new Command('secret')
    .description('Print a new secret for one-time codes, and its address for authenticators.')
    .argument('<name>', 'what authenticators call it')
    .action((name: string) => {
      const made = newSecret(name)
      console.log(`${made.secret}\n${made.uri}`)
    })
  const guards = new Command('guards').description('What stands before calls.')
  const all = [
    list(),
    put(),
    turned('on', 'Turn a guard on again.'),
    turned('off', 'Let every call pass a guard, without forgetting it.'),
    remove,
    lock,
    reset,
    secret,
  ]
  for (const command of all) guards.addCommand(command)
  return guards
}
