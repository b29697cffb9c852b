import type { Client } from '../client.ts'
import type { ConfiguredKind } from './kinds.ts'

/** A policy or a guard of the running service. */
export interface RunningDefinition<D> {
  readonly id: string
  readonly origin: string
  /** Undefined for one the service cannot use. */
  readonly definition: D | undefined
}

interface Stored {
  readonly id: string
  readonly origin: string
  readonly problem: string | null
}

/** What the service says of a definition besides it. */
const BESIDES = ['id', 'origin', 'problem', 'version', 'created_at', 'updated_at']

/** All of a kind that the service has, in order of their ids. */
export async function runningDefinitions<D extends object>(
  client: Client,
  { plural, read }: ConfiguredKind<D>,
): Promise<RunningDefinition<D>[]> {
  const answer = await client.request<Record<string, Stored[]>>('GET', `/${plural}`)
  return answer[plural]!.map((stored) => {
    const { id, origin, problem } = stored
    const said = Object.entries(stored).filter(([field]) => !BESIDES.includes(field))
    const definition = problem === null ? read(Object.fromEntries(said)) : undefined
    return { id, origin, definition }
  })
}
