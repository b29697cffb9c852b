import { Group, Paper, Select, Stack, Text, Textarea, TextInput } from '@mantine/core'
import type { ProblemItem } from '../api/problem.ts'
import { ENTRY_TYPES, type EntryType, TYPE_NAMES } from '../api/types.ts'
import { useWords } from '../editor/use-words.ts'
import { RemoveOne } from '../parts/list-buttons.tsx'
import type { DraftOverride } from './draft.ts'
import { OverrideArguments } from './override-arguments.tsx'

interface Props {
  readonly number: number
  readonly override: DraftOverride
  readonly errors: readonly ProblemItem[]
  readonly onChange: (override: DraftOverride) => void
  readonly onRemove: () => void
}

const isNamed = (type: EntryType) => type === 'tool' || type === 'prompt'

export function OverrideCard({ number, override, errors, onChange, onRemove }: Props) {
  const { match } = override
  const { sources } = useWords('any')
  const target = typeof match === 'string' ? undefined : match
  const set = (field: 'name' | 'title' | 'description', text: string) => {
    const { [field]: _, ...rest } = override
    onChange((text === '' ? rest : { ...rest, [field]: text }) as DraftOverride)
  }
  const retarget = (type: EntryType, source: string, told: string) =>
    onChange({ ...override, match: { type, source, [isNamed(type) ? 'name' : 'uri']: told } })
  const told = target?.name ?? target?.uri ?? ''
  return (
    <Paper withBorder p="sm" component="section" aria-label={`Override ${number}`}>
      <Stack gap="xs">
        <Group gap="xs" align="flex-end">
          {target ? (
            <>
              <Select
                label="Type"
                w={110}
                allowDeselect={false}
                data={ENTRY_TYPES.map((value) => ({ value, label: TYPE_NAMES[value] }))}
                value={target.type}
                onChange={(type) => retarget(type as EntryType, target.source, told)}
              />
              <Select
                label="Source"
                w={130}
                searchable
                allowDeselect={false}
                data={[...new Set([target.source, ...sources])]}
                value={target.source}
                onChange={(source) => retarget(target.type, source ?? 'manual', told)}
              />
              <TextInput
                label={isNamed(target.type) ? 'Its name there' : 'Its URI there'}
                flex={1}
                miw={140}
                value={told}
                onChange={(event) =>
                  retarget(target.type, target.source, event.currentTarget.value)
                }
              />
            </>
          ) : (
            <TextInput
              label="Name that clients would see"
              flex={1}
              value={String(match)}
              onChange={(event) => onChange({ ...override, match: event.currentTarget.value })}
            />
          )}
          <RemoveOne size="lg" label={`Remove override ${number}`} onClick={onRemove} />
        </Group>
        {(!target || isNamed(target.type)) && (
          <TextInput
            label="Shown under the name"
            placeholder="As it is"
            value={override.name ?? ''}
            onChange={(event) => set('name', event.currentTarget.value)}
          />
        )}
        <TextInput
          label="Title"
          placeholder="As it is"
          value={override.title ?? ''}
          onChange={(event) => set('title', event.currentTarget.value)}
        />
        <Textarea
          label="Description"
          placeholder="As it is"
          autosize
          value={override.description ?? ''}
          onChange={(event) => set('description', event.currentTarget.value)}
        />
        {(!target || target.type === 'tool') && (
          <OverrideArguments override={override} onChange={onChange} />
        )}
        {errors.map(({ path, message }) => (
          <Text
            key={path + message}
            size="sm"
            c="var(--mantine-color-error)"
            role="alert"
            className="foreign mistake"
          >
            {message}
          </Text>
        ))}
      </Stack>
    </Paper>
  )
}
