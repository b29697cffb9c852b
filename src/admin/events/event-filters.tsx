import { Group, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useState } from 'react'

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
        <Words
          key={field}
          label={label}
          value={wanted[field] ?? ''}
          isSearch={field === 'caller'}
          onChange={(value) => onChange({ [field]: value })}
        />
      ))}
    </Group>
  )
}

interface WordsProps {
  readonly label: string
  readonly value: string
  readonly isSearch: boolean
  readonly onChange: (value: string) => void
}

/** A field that is asked when its writer pauses. */
function Words({ label, value, isSearch, onChange }: WordsProps) {
  const [text, setText] = useState(value)
  const tell = useDebouncedCallback(onChange, 300)
  return (
    <TextInput
      data-page-search={isSearch || undefined}
      aria-label={label}
      placeholder={label}
      flex="1 1 150px"
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value)
        tell(event.currentTarget.value.trim())
      }}
    />
  )
}
