import type { TestFacet } from './facet.ts'

/** An event as GET /events shows it. */
export interface ShownEvent {
  readonly id: number
  readonly at: string
  readonly action: string
  readonly decision: string
  readonly outcome: string
  readonly code: string | null
  readonly decided_by: string | null
  readonly caller: string | null
  readonly credential: string | null
  readonly server: string | null
  readonly type: string | null
  readonly entry: string | null
  readonly name: string | null
  readonly source: string | null
  readonly ms: number | null
  readonly bytes_in: number | null
  readonly bytes_out: number | null
  readonly count: number
  readonly session: string | null
  readonly request: string | null
  readonly trace: string | null
  readonly address: string | null
}

/** Events that a query asks for, oldest first, without the changes a test makes to set things up. */
export async function eventsOf({ ok }: TestFacet, query = ''): Promise<ShownEvent[]> {
  const { events } = await ok<{ events: ShownEvent[] }>('GET', `/events?limit=500&${query}`)
  return events.reverse()
}
