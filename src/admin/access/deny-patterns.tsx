import { Group, Stack, TextInput } from '@mantine/core'
import { AddOne, RemoveOne } from '../parts/list-buttons.tsx'
import { type DraftDeny, newDeny } from './guard-draft.ts'

interface Props {
  readonly patterns: readonly DraftDeny[]
  readonly onChange: (patterns: readonly DraftDeny[]) => void
}

const FIELDS = [
  ['pattern', 'Pattern', 'rm\\s+-rf'],
  ['path', 'Where', 'anywhere, or $.command'],
  ['message', 'What the caller is told', ''],
] as const

/** Regular expressions that no text of the arguments may have. */
export function DenyPatterns({ patterns, onChange }: Props) {
  const set = (index: number, field: (typeof FIELDS)[number][0], text: string) =>
    onChange(patterns.map((each, i) => (i === index ? { ...each, [field]: text } : each)))
  return (
    <Stack gap="xs">
      {patterns.map((deny, index) => (
        <Group key={deny.key} gap="xs" align="flex-end">
          {FIELDS.map(([field, label, placeholder]) => (
            <TextInput
              key={field}
              label={`${label} ${index + 1}`}
              placeholder={placeholder}
              flex={1}
              miw={170}
              value={deny[field]}
              onChange={(event) => set(index, field, event.currentTarget.value)}
            />
          ))}
          <RemoveOne
            size="lg"
            label={`Remove pattern ${index + 1}`}
            onClick={() => onChange(patterns.filter((_, i) => i !== index))}
          />
        </Group>
      ))}
      <AddOne
        onClick={() => onChange([...patterns, newDeny({ pattern: '', path: '', message: '' })])}
      >
        Refuse a pattern
      </AddOne>
    </Stack>
  )
}
