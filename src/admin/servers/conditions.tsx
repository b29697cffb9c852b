import {
  Autocomplete,
  defaultOptionsFilter,
  Group,
  type OptionsFilter,
  Select,
  Stack,
  Text,
} from '@mantine/core'
import { AddOne, RemoveOne } from '../parts/list-buttons.tsx'
import type { Condition, ValuedKind } from './condition.ts'

const KINDS = [
  { value: 'tag', label: 'has the tag' },
  { value: 'not_tag', label: 'does not have the tag' },
  { value: 'name', label: 'has in its name' },
  { value: 'source', label: 'comes from' },
  { value: 'read_only', label: 'only reads' },
  { value: 'not_destructive', label: 'destroys nothing' },
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
  const suggestions = { tag: tags, not_tag: tags, source: sources, name: [] }
  return (
    <Stack gap="xs">
      {conditions.length === 0 && (
        <Text size="sm" c="dimmed">
          Takes everything. Add a condition to take less.
        </Text>
      )}
      {conditions.map((condition, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: conditions are read from the text of the filter, which holds no ids; every field is controlled
        <Group key={index} gap="xs">
          <Select
            aria-label={`Condition ${index + 1}`}
            data={KINDS}
            allowDeselect={false}
            value={condition.kind}
            onChange={(kind) =>
              replace(index, conditionOf(kind as Condition['kind'], condition, suggestions))
            }
            flex="1 1 200px"
          />
          {'value' in condition && (
            <Autocomplete
              aria-label={`Value of condition ${index + 1}`}
              data={[...suggestions[condition.kind]]}
              filter={allOnceChosen}
              limit={50}
              value={condition.value}
              onChange={(value) => replace(index, { ...condition, value })}
              flex="2 1 120px"
            />
          )}
          <RemoveOne
            label={`Remove condition ${index + 1}`}
            onClick={() => onChange(conditions.filter((_, i) => i !== index))}
          />
        </Group>
      ))}
      <AddOne onClick={() => onChange([...conditions, { kind: 'tag', value: tags[0] ?? '' }])}>
        Add a condition
      </AddOne>
    </Stack>
  )
}

/** Somebody who opens the list again wants to see what else there is. */
const allOnceChosen: OptionsFilter = (input) =>
  input.options.some((option) => 'value' in option && option.value === input.search)
    ? input.options
    : (defaultOptionsFilter(input) as ReturnType<OptionsFilter>)

type Suggestions = Readonly<Record<ValuedKind, readonly string[]>>

/** What was written stays where it can mean the same: the name of a tag is not one of a source. */
function conditionOf(
  kind: Condition['kind'],
  before: Condition,
  suggestions: Suggestions,
): Condition {
  if (kind === 'read_only' || kind === 'not_destructive' || kind === 'not_deprecated') {
    return { kind }
  }
  const isSame = 'value' in before && suggestions[kind] === suggestions[before.kind]
  return { kind, value: isSame ? before.value : (suggestions[kind][0] ?? '') }
}
