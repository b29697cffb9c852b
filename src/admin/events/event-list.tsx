import { useInfiniteQuery } from '@tanstack/react-query'
import { useSearchParams } from 'wouter'
import { send } from '../api/client.ts'
import type { FacetEvent } from '../api/types.ts'
import { Answer } from '../parts/answer.tsx'
import { Empty } from '../parts/empty.tsx'
import { More } from '../parts/more.tsx'
import { Rows } from '../parts/rows.tsx'
import { EventFilters, FIELDS } from './event-filters.tsx'
import { EventRow } from './event-row.tsx'

/** New events are looked for this often, in ms. */
const EVERY_MS = 3_000

const HEADS = ['When', 'What', 'Who', 'Where', 'How it ended']

interface Page {
  readonly events: readonly FacetEvent[]
  readonly next_cursor?: string
}

const said = (fields: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))

/** The log, newest first; what it is narrowed to is in the address. */
export function EventList() {
  const [parameters, setParameters] = useSearchParams()
  const wanted = said(
    Object.fromEntries(FIELDS.map((field) => [field, parameters.get(field) ?? ''])),
  )
  const trimmed = said(
    Object.fromEntries(Object.entries(wanted).map(([field, value]) => [field, value.trim()])),
  )
  const events = useInfiniteQuery({
    queryKey: ['events', trimmed],
    initialPageParam: '',
    queryFn: ({ pageParam }) => {
      const query = new URLSearchParams({
        ...trimmed,
        ...(pageParam === '' ? {} : { cursor: pageParam }),
      })
      return send<Page>('GET', `/events?${query}`)
    },
    getNextPageParam: ({ next_cursor }) => next_cursor,
    placeholderData: (before) => before,
    refetchInterval: EVERY_MS,
  })
  return (
    <>
      <EventFilters
        wanted={wanted}
        onChange={(changes) => setParameters(said({ ...wanted, ...changes }), { replace: true })}
      />
      <Answer of={events} rows={8}>
        {({ pages }) =>
          pages[0]?.events.length === 0 ? (
            <Empty
              text={
                Object.keys(wanted).length === 0
                  ? 'Nothing was recorded yet. Calls, denials and changes appear here as they happen.'
                  : 'No event fits.'
              }
            />
          ) : (
            <Rows heads={HEADS}>
              {pages
                .flatMap((page) => page.events)
                .map((event) => (
                  <EventRow key={event.id} event={event} />
                ))}
            </Rows>
          )
        }
      </Answer>
      <More of={events} label="Show earlier ones" />
    </>
  )
}
