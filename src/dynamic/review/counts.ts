import type { Resolver } from '../resolve.ts'
import type { DynamicServer } from '../servers.ts'
import { pendingIn } from './stage.ts'

/** How long it is waited for a server that was not in use yet, in ms. */
const PATIENCE = 500

export interface ReviewCounts {
  /** Members that wait for a decision. */
  readonly pending: number
  /** Those of them that were approved before they changed. */
  readonly held: number
}

/**
 * How much there is to decide on a server; null without review, and as long as its members are not
 * known: a model that takes its time must not keep the server from being shown.
 */
export async function reviewCounts(
  resolver: Resolver,
  server: DynamicServer,
  now: Date,
): Promise<ReviewCounts | null> {
  if (server.definition.admission !== 'review') return null
  const { promise: late, resolve } = Promise.withResolvers<null>()
  const timer = setTimeout(() => resolve(null), PATIENCE)
  const counted = resolver.hold(server).then(
    (held) => pendingIn(held.view(now.getTime()).view),
    () => null,
  )
  try {
    return await Promise.race([counted, late])
  } finally {
    clearTimeout(timer)
  }
}
