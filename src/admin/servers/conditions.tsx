import { ActionIcon, Autocomplete, Button, Group, Select, Stack, Text } from '@mantine/core'
import { Icon } from '../shell/icons.tsx'
import type { Condition } from './condition.ts'

const KINDS = [
  { value: 'tag', label: 'has the tag' },
  { value: 'name', label: 'has in its name' },
  { value: 'source', label: 'comes from' },
  { value: 'read_only', label: 'only reads' },
  { value: 'not_deprecated', label: 'is not deprecated' },
]

interface Props {
  readonly conditions: readonly Condition[]
  readonly tags: readonly string[]
  readonly sources: readonly string[]
  readonly onChange: (conditions: readonly Condition[]) => void
}

/** Conditions that all have to hold. */
export function Conditions({ conditions, tags, sources, onChange }: Props) {
  const replace = (index: number, condition: Condition) =>
    onChange(conditions.map((each, i) => (i === index ? condition : each)))
  const suggestions = { tag: tags, source: sources, name: [] }
  return (
    <Stack gap="xs">
      {conditions.length === 0 && (
        <Text size="sm" c="dimmed">
          Takes everything. Add a condition to take less.
        </Text>
      )}
      {conditions.map((condition, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: conditions are read from the text of the filter, which holds no ids; every field is controlled
        <Group key={index} gap="xs" wrap="nowrap">
          <Select
            aria-label={`Condition ${index + 1}`}
            data={KINDS}
            allowDeselect={false}
            value={condition.kind}
            onChange={(kind) => replace(index, conditionOf(kind as Condition['kind'], condition))}
            w={170}
          />
          {'value' in condition && (
            <Autocomplete
              aria-label={`Value of condition ${index + 1}`}
              data={[...suggestions[condition.kind]]}
              limit={50}
              value={condition.value}
              onChange={(value) => replace(index, { ...condition, value })}
              flex={1}
            />
          )}
          <ActionIcon
            variant="default"
            aria-label={`Remove condition ${index + 1}`}
            onClick={() => onChange(conditions.filter((_, i) => i !== index))}
          >
            <Icon name="trash" size={16} />
          </ActionIcon>
        </Group>
      ))}
      <Button
        size="xs"
        variant="default"
        leftSection={<Icon name="plus" size={14} />}
        onClick={() => onChange([...conditions, { kind: 'tag', value: tags[0] ?? '' }])}
        style={{ alignSelf: 'flex-start' }}
      >
        Add a condition
      </Button>
    </Stack>
  )
}

function conditionOf(kind: Condition['kind'], before: Condition): Condition {
  if (kind === 'read_only' || kind === 'not_deprecated') return { kind }
  return { kind, value: 'value' in before ? before.value : '' }
}
