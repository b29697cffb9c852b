import { Button, Group, Text, VisuallyHidden } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useDeferredValue, useMemo, useState } from 'react'
import { useSearchParams } from 'wouter'
import { ApiError } from '../api/problem.ts'
import type { EntryType } from '../api/types.ts'
import { Empty } from '../parts/empty.tsx'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { useStats } from '../shell/use-live.ts'
import { BulkTags } from './bulk-tags.tsx'
import { EntryDrawer } from './entry-drawer.tsx'
import { EntryTable } from './entry-table.tsx'
import { Filters } from './filters.tsx'
import { useEntries } from './use-entries.ts'

/** A filter is asked when its writer pauses. */
const PAUSE_MS = 300

const isOfFilter = ({ code }: ApiError) => code === 'invalid_filter' || code === 'too_expensive'

/** Every entry there is, searched and paged by the service. What is looked at is in the address. */
export function CatalogPage() {
  const [parameters, setParameters] = useSearchParams()
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const of = (name: string) => parameters.get(name) ?? ''
  const type = (of('type') || 'tool') as EntryType
  const query = {
    type,
    q: of('q'),
    source: of('source'),
    tag: of('tag'),
    enabled: of('enabled'),
    filter: of('filter'),
  }
  const [filter] = useDebouncedValue(query.filter, PAUSE_MS)
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useEntries({
    ...query,
    filter,
  })
  const isFilterWrong = filter !== '' && error instanceof ApiError && isOfFilter(error)
  const total = useStats().data?.entries[type]
  const latest = useMemo(() => data?.pages.flatMap((page) => page.entries) ?? [], [data])
  // A hundred rows are drawn bit by bit, and letters that are typed meanwhile come first.
  const entries = useDeferredValue(latest)

  function set(changes: Readonly<Record<string, string>>): void {
    setParameters(
      (before) => {
        const next = new URLSearchParams(before)
        for (const [name, value] of Object.entries(changes)) {
          if (value === '') next.delete(name)
          else next.set(name, value)
        }
        return next
      },
      // Going back closes an entry that was opened; what is typed is no page of its own.
      { replace: !changes.entry },
    )
    if ('type' in changes) setSelected(new Set())
  }

  return (
    <>
      <PageHeader title="Catalog">
        {total !== undefined && `${total.toLocaleString('en')} in all. `}
        Tags decide which servers show an entry.
      </PageHeader>
      <Filters query={query} mistake={isFilterWrong ? error : undefined} onChange={set} />
      {selected.size > 0 && (
        <BulkTags ids={[...selected]} type={type} onDone={() => setSelected(new Set())} />
      )}
      <VisuallyHidden role="status">
        {data && `${latest.length}${hasNextPage ? ' or more' : ''} listed`}
      </VisuallyHidden>
      {isFilterWrong ? (
        <Empty text="Nothing is listed until the filter is right." />
      ) : error ? (
        <Failure error={error} retry={refetch} />
      ) : !data || (entries.length === 0 && latest.length > 0) ? (
        <Loading rows={8} />
      ) : latest.length === 0 ? (
        <Empty text="No entry fits. Search for less, or add a source that offers something." />
      ) : (
        <>
          <EntryTable
            entries={entries}
            selected={selected}
            onSelect={setSelected}
            onOpen={(id) => set({ entry: id })}
          />
          <Group justify="center" mt="md">
            {hasNextPage ? (
              <Button
                variant="default"
                loading={isFetchingNextPage}
                onClick={() => fetchNextPage()}
              >
                Show more
              </Button>
            ) : (
              <Text size="sm" c="dimmed">
                That is all.
              </Text>
            )}
          </Group>
        </>
      )}
      <EntryDrawer type={type} id={of('entry')} onClose={() => set({ entry: '' })} />
    </>
  )
}
