import { Group, Select } from '@mantine/core'
import { SearchInput } from '../parts/search-input.tsx'

/** What events can be narrowed by, as the address says it. */
export const FIELDS = ['action', 'outcome', 'caller', 'server', 'entry'] as const
type Field = (typeof FIELDS)[number]

const ACTIONS = ['list', 'call', 'read', 'write', 'manage', 'authenticate']
const OUTCOMES = ['ok', 'error', 'cancelled', 'denied', 'input_required']
const TEXTS: readonly (readonly [Field, string])[] = [
  ['caller', 'Caller'],
  ['server', 'Server'],
  ['entry', 'Entry, by name or id'],
]

interface Props {
  readonly wanted: Readonly<Partial<Record<Field, string>>>
  readonly onChange: (changes: Readonly<Partial<Record<Field, string>>>) => void
}

export function EventFilters({ wanted, onChange }: Props) {
  return (
    <Group mb="sm" gap="sm">
      {(['action', 'outcome'] as const).map((field) => (
        <Select
          key={field}
          aria-label={field === 'action' ? 'What was done' : 'How it ended'}
          placeholder={field === 'action' ? 'Any action' : 'Any outcome'}
          clearable
          flex="1 1 150px"
          data={field === 'action' ? ACTIONS : OUTCOMES}
          value={wanted[field] ?? null}
          onChange={(value) => onChange({ [field]: value ?? '' })}
        />
      ))}
      {TEXTS.map(([field, label]) => (
        <SearchInput
          key={field}
          data-page-search={field === 'caller' || undefined}
          aria-label={label}
          placeholder={label}
          flex="1 1 150px"
          value={wanted[field] ?? ''}
          onSearch={(value) => onChange({ [field]: value })}
        />
      ))}
    </Group>
  )
}
