import { FacetError } from '../errors/facet-error.ts'
import type { Store } from './ports.ts'

type Write = (...given: never[]) => Promise<unknown>

/**
 * A store whose refused writes are errors with a code. Writes of entries are left as they are: the
 * catalog has to undo what it staged for them.
 */
export function withStorageErrors(store: Store): Store {
  return {
    ...store,
    sources: reporting(store.sources, ['put', 'remove']),
    grants: reporting(store.grants, ['put', 'remove']),
    servers: reporting(store.servers, ['put', 'remove']),
    approvals: reporting(store.approvals, ['put', 'forget']),
    access: reporting(store.access, ['write']),
    guards: reporting(store.guards, ['put', 'remove']),
    guardStates: reporting(store.guardStates, ['putFailures', 'putStep', 'forget']),
  }
}

function reporting<T extends object>(part: T, writes: readonly (keyof T)[]): T {
  const reported = writes.map((name) => {
    const write = part[name] as Write
    return [name, (...given: never[]) => attempt(() => write(...given))] as const
  })
  return { ...part, ...Object.fromEntries(reported) }
}

async function attempt<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (cause) {
    throw new FacetError('storage_failed', 'Nothing was changed; try again.', { cause })
  }
}
