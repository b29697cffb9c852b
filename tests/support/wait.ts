import { setTimeout as sleep } from 'node:timers/promises'
import type { TestFacet } from './facet.ts'

/** Waits until something holds; fails with its last answer when it does not in time. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 10_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const value = await probe()
    if (value !== undefined && value !== false) return value
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain until ${what}`)
    await sleep(20)
  }
}

export interface ShownSource {
  readonly id: string
  readonly version: number
  readonly origin: string
  readonly description: string | null
  readonly enabled: boolean
  readonly transport: Record<string, unknown>
  readonly status: {
    readonly state: string
    readonly since: string
    readonly last_error: { message: string; at: string } | null
    readonly last_sync_at: string | null
    readonly next_attempt_at: string | null
    readonly failures: number
    readonly era: string | null
    readonly entries: Record<string, number>
    readonly skipped: { type: string; name: string; reason: string }[]
  }
}

export function sourceOf({ ok }: TestFacet, id: string): Promise<ShownSource> {
  return ok<ShownSource>('GET', `/sources/${id}`)
}

/** Waits until a source is in a state, and answers with it. */
export function inState(facet: TestFacet, id: string, state: string): Promise<ShownSource> {
  return until(`${id} is ${state}`, async () => {
    const source = await sourceOf(facet, id)
    return source.status.state === state && source
  })
}
