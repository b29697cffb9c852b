import { Button, Group, Table } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useSearchParams } from 'wouter'
import { send } from '../api/client.ts'
import type { FacetEvent } from '../api/types.ts'
import { Empty } from '../parts/empty.tsx'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { EventFilters, FIELDS } from './event-filters.tsx'
import { EventRow } from './event-row.tsx'

/** New events are looked for this often, in ms. */
const EVERY_MS = 3_000

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
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    {
      queryKey: ['events', wanted],
      initialPageParam: '',
      queryFn: ({ pageParam }) => {
        const query = new URLSearchParams({
          ...wanted,
          ...(pageParam === '' ? {} : { cursor: pageParam }),
        })
        return send<Page>('GET', `/events?${query}`)
      },
      getNextPageParam: ({ next_cursor }) => next_cursor,
      placeholderData: (before) => before,
      refetchInterval: EVERY_MS,
    },
  )
  const events = data?.pages.flatMap((page) => page.events) ?? []
  return (
    <>
      <EventFilters
        wanted={wanted}
        onChange={(changes) => setParameters(said({ ...wanted, ...changes }), { replace: true })}
      />
      {error ? (
        <Failure error={error} retry={refetch} />
      ) : !data ? (
        <Loading rows={8} />
      ) : events.length === 0 ? (
        <Empty
          text={
            Object.keys(wanted).length === 0
              ? 'Nothing was recorded yet. Calls, denials and changes appear here as they happen.'
              : 'No event fits.'
          }
        />
      ) : (
        <>
          <Table.ScrollContainer minWidth={720} className="card">
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>When</Table.Th>
                  <Table.Th>What</Table.Th>
                  <Table.Th>Who</Table.Th>
                  <Table.Th>Where</Table.Th>
                  <Table.Th>How it ended</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {events.map((event) => (
                  <EventRow key={event.id} event={event} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
          {hasNextPage && (
            <Group justify="center" mt="md">
              <Button
                variant="default"
                loading={isFetchingNextPage}
                onClick={() => fetchNextPage()}
              >
                Show earlier ones
              </Button>
            </Group>
          )}
        </>
      )}
    </>
  )
}
