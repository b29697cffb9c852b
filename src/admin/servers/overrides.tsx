import { Button, Stack, Text } from '@mantine/core'
import type { ProblemItem } from '../api/problem.ts'
import { Icon } from '../shell/icons.tsx'
import { withKey } from './draft.ts'
import type { SettingsProps } from './form.ts'
import { OverrideCard } from './override-card.tsx'

const NEW = { match: { type: 'tool', source: 'manual', name: '' } } as const

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
          key={override.key}
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
        onClick={() => onChange({ overrides: [...overrides, withKey(NEW)] })}
      >
        Show an entry differently
      </Button>
    </Stack>
  )
}
