import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { api, read } from '../api/client.ts'
import { queries } from '../api/queries.ts'
import { useSignedOut } from '../session/signed-out.ts'

const EVERY_MS = 2_000

/** What is read again when the part of that name has changed. */
const DEPENDS: Readonly<Record<string, readonly string[]>> = {
  catalog: ['entries', 'tags', 'server', 'servers', 'explain'],
  servers: ['servers', 'server', 'explain'],
  sources: ['sources'],
  access: ['users', 'keys', 'policies', 'guards', 'decision', 'server', 'explain'],
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
  const revisions = useStats().data?.revisions
  const seen = useRef<typeof revisions>(undefined)
  useEffect(() => {
    const before = seen.current
    seen.current = revisions
    if (!before || !revisions) return
    for (const [part, keys] of Object.entries(DEPENDS)) {
      const name = part as keyof typeof before
      if (before[name] === revisions[name]) continue
      for (const key of keys) void queries.invalidateQueries({ queryKey: [key] })
    }
  }, [revisions])
}
