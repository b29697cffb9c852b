import { Button, Stack, Text } from '@mantine/core'
import type { ProblemItem } from '../api/problem.ts'
import { Icon } from '../shell/icons.tsx'
import type { Override, SettingsProps } from './form.ts'
import { OverrideCard } from './override-card.tsx'

const NEW: Override = { match: { type: 'tool', source: 'manual', name: '' } }

/** Another name or text for an entry on this server, and arguments the caller does not choose. */
export function Overrides({
  form: { overrides },
  errors,
  onChange,
}: SettingsProps & { readonly errors: readonly ProblemItem[] }) {
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        The entry itself, and every other server, stay as they are.
      </Text>
      {overrides.map((override, index) => (
        <OverrideCard
          // biome-ignore lint/suspicious/noArrayIndexKey: an override is told by its place
          key={index}
          number={index + 1}
          override={override}
          errors={errors.filter(({ path }) => path.includes(`overrides[${index}]`))}
          onChange={(next) =>
            onChange({ overrides: overrides.map((each, i) => (i === index ? next : each)) })
          }
          onRemove={() => onChange({ overrides: overrides.filter((_, i) => i !== index) })}
        />
      ))}
      <Button
        variant="default"
        leftSection={<Icon name="plus" size={16} />}
        onClick={() => onChange({ overrides: [...overrides, NEW] })}
      >
        Show an entry differently
      </Button>
    </Stack>
  )
}
