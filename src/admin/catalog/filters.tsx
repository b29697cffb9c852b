import { Group, SegmentedControl, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api, read } from '../api/client.ts'
import type { ApiError } from '../api/problem.ts'
import { ENTRY_TYPES, TYPE_NAMES } from '../api/types.ts'
import { SearchInput } from '../parts/search-input.tsx'
import { Icon } from '../shell/icons.tsx'
import type { EntryQuery } from './use-entries.ts'

const STATES = [
  { value: 'true', label: 'Enabled' },
  { value: 'false', label: 'Disabled' },
]

interface Props {
  readonly query: EntryQuery
  /** What is wrong with the filter. */
  readonly mistake: ApiError | undefined
  readonly onChange: (changes: Readonly<Record<string, string>>) => void
}

export function Filters({ query, mistake, onChange }: Props) {
  const tags = useQuery({ queryKey: ['tags'], queryFn: () => read(api.tags.$get()) })
  const sources = useQuery({ queryKey: ['sources'], queryFn: () => read(api.sources.$get()) })
  return (
    <Group mb="sm" gap="sm" align="flex-start">
      <SegmentedControl
        aria-label="Type"
        value={query.type}
        onChange={(type) => onChange({ type, entry: '' })}
        data={ENTRY_TYPES.map((type) => ({ value: type, label: `${TYPE_NAMES[type]}s` }))}
        style={{ maxWidth: '100%' }}
      />
      <SearchInput
        data-page-search
        aria-label="Search"
        placeholder="Search names, descriptions and tags"
        leftSection={<Icon name="search" size={16} />}
        value={query.q}
        onSearch={(q) => onChange({ q })}
        flex="1 1 560px"
      />
      <Select
        aria-label="Tag"
        placeholder="Any tag"
        searchable
        clearable
        limit={100}
        flex="1 1 130px"
        value={query.tag || null}
        onChange={(tag) => onChange({ tag: tag ?? '' })}
        data={tags.data?.tags.map(({ tag }) => tag) ?? []}
      />
      <Select
        aria-label="Source"
        placeholder="Any source"
        clearable
        flex="1 1 130px"
        value={query.source || null}
        onChange={(source) => onChange({ source: source ?? '' })}
        data={['manual', ...(sources.data?.sources.map(({ id }) => id) ?? [])]}
      />
      <Select
        aria-label="State"
        placeholder="Any state"
        clearable
        flex="1 1 130px"
        value={query.enabled || null}
        onChange={(enabled) => onChange({ enabled: enabled ?? '' })}
        data={STATES}
      />
      <TextInput
        aria-label="Filter"
        placeholder="'finance' in tags && !deprecated"
        flex="3 1 300px"
        value={query.filter}
        onChange={(event) => onChange({ filter: event.currentTarget.value })}
        error={
          mistake && (
            <span className="foreign" style={{ whiteSpace: 'pre-wrap', fontFamily: 'monospace' }}>
              {mistake.errors[0]?.message ?? mistake.message}
            </span>
          )
        }
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
    </Group>
  )
}
