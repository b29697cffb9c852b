import { Stack, Text } from '@mantine/core'
import { useQueries, useQuery } from '@tanstack/react-query'
import { send } from '../api/client.ts'
import { type Decision, type Entry, type EntryType, NOUNS } from '../api/types.ts'
import { Empty } from '../parts/empty.tsx'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { DecisionRow } from './decision-row.tsx'

/** Entries that are asked about at once; a search finds others. */
const MOST = 20

interface Props {
  /** `{user}` or `{caller}` */
  readonly caller: object
  readonly server: string
  readonly type: EntryType
  readonly q: string
}

export function Decisions({ caller, server, type, q }: Props) {
  const noun = NOUNS[type]
  const { data, error } = useQuery({
    queryKey: ['server', server, 'entries', noun, q],
    queryFn: async () => {
      const query = new URLSearchParams({ limit: String(MOST), ...(q === '' ? {} : { q }) })
      const path = `/dynamic/${encodeURIComponent(server)}/${noun}?${query}`
      const page = await send<Record<string, unknown>>('GET', path)
      return { entries: page[noun] as Entry[], isMore: page.next_cursor !== undefined }
    },
    placeholderData: (before) => before,
    retry: false,
  })
  const entries = data?.entries ?? []
  const decisions = useQueries({
    queries: entries.map(({ id }) => ({
      queryKey: ['decision', server, id, caller],
      queryFn: ({ signal }) =>
        send<Decision>('POST', '/policies/explain', { ...caller, server, entry: id }, { signal }),
      retry: false,
    })),
  })
  if (error) return <Failure error={error} />
  if (!data) return <Loading rows={4} />
  if (entries.length === 0) return <Empty text="The rules of this server select no such entry." />
  const failed = decisions.find((decision) => decision.error)?.error
  if (failed) return <Failure error={failed} />
  return (
    <Stack gap="xs">
      {entries.map(({ id, name }, i) => (
        <DecisionRow key={id} name={name} decision={decisions[i]?.data} />
      ))}
      {data.isMore && (
        <Text size="sm" c="dimmed">
          There are more: search for them.
        </Text>
      )}
    </Stack>
  )
}
