import { type Query, useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { api, read } from '../api/client.ts'
import { queries } from '../api/queries.ts'
import { useSignedOut } from '../session/signed-out.ts'

const EVERY_MS = 2_000

/** What is read again when the part of that name has changed. */
const DEPENDS: Readonly<Record<string, readonly string[]>> = {
  catalog: ['entries', 'tags', 'server', 'servers', 'explain', 'decision', 'impact'],
  servers: ['servers', 'server', 'clients', 'explain', 'decision', 'impact'],
  sources: ['sources'],
  access: ['me', 'users', 'keys', 'policies', 'guards', 'decision', 'server', 'clients', 'explain'],
}

/** Asks for the small answer of /stats again and again, and has everything else follow it. */
export function useStats() {
  const isSignedOut = useSignedOut()
  return useQuery({
    queryKey: ['stats'],
    queryFn: () => read(api.stats.$get()),
    enabled: !isSignedOut,
    refetchInterval: EVERY_MS,
    staleTime: 0,
  })
}

/** Keeps every page up to date: what changed on the service is read again, nothing else. */
export function useLive(): void {
  const { data: stats, error } = useStats()
  const seen = useRef<typeof stats>(undefined)
  useEffect(() => {
    const before = seen.current
    seen.current = stats
    if (!before || !stats) return
    // Another run counts anew: its revisions say nothing about those of the one before.
    const isSameRun = before.started_at === stats.started_at
    for (const [part, keys] of Object.entries(DEPENDS)) {
      const name = part as keyof typeof before.revisions
      if (isSameRun && before.revisions[name] === stats.revisions[name]) continue
      for (const key of keys) void queries.invalidateQueries({ queryKey: [key] })
    }
  }, [stats])
  const isReached = error === null
  useEffect(() => {
    if (!isReached) return
    // What failed while the service was away is asked again, so that nobody has to.
    const predicate = ({ state, queryKey }: Query) =>
      state.error !== null && queryKey[0] !== 'stats'
    void queries.invalidateQueries({ predicate })
  }, [isReached])
}
