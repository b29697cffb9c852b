import { ActionIcon, Button, Group, Input, PasswordInput, Stack, TextInput } from '@mantine/core'
import type { ProblemItem } from '../api/problem.ts'
import { Icon } from '../shell/icons.tsx'
import { type DraftHeader, mistakeIn, newHeader } from './headers.ts'

interface Props {
  readonly headers: readonly DraftHeader[]
  readonly onChange: (headers: readonly DraftHeader[]) => void
  /** What the service found wrong with them. */
  readonly problems: readonly ProblemItem[]
}

/** Headers that every request to a source has. Their values are not shown while they are typed. */
export function HeaderRows({ headers, onChange, problems }: Props) {
  const set = (index: number, changes: Partial<DraftHeader>) =>
    onChange(headers.map((each, i) => (i === index ? { ...each, ...changes } : each)))
  const problemOf = (name: string) =>
    problems.find(({ path }) => path === `transport.headers.${name.trim()}`)?.message
  return (
    <Input.Wrapper
      label="Headers"
      labelElement="div"
      description={`A secret is a reference to one that the configuration declares, such as Bearer \${GITHUB_TOKEN}. Anything else is kept as it is written.`}
    >
      <Stack gap="xs" mt="xs">
        {headers.map(({ key, name, value, isThere }, index) => (
          <Group key={key} gap="xs" align="flex-start">
            <TextInput
              label={`Header ${index + 1}`}
              placeholder="Authorization"
              flex={1}
              miw={150}
              error={mistakeIn(headers, index)}
              readOnly={isThere}
              value={name}
              onChange={(event) => set(index, { name: event.currentTarget.value })}
            />
            <PasswordInput
              label={`Value ${index + 1}`}
              placeholder={isThere ? 'as it is' : ''}
              flex={1}
              miw={150}
              // A browser fills in what it has kept for this address: the key of somebody here.
              autoComplete="new-password"
              visibilityToggleFocusable
              visibilityToggleButtonProps={{ 'aria-label': `Show or hide header ${index + 1}` }}
              aria-invalid={problemOf(name) !== undefined}
              error={problemOf(name)}
              value={value}
              onChange={(event) => set(index, { value: event.currentTarget.value })}
            />
            <ActionIcon
              variant="default"
              size="lg"
              mt={24}
              aria-label={`Remove header ${index + 1}`}
              onClick={() => onChange(headers.filter((_, i) => i !== index))}
            >
              <Icon name="trash" size={16} />
            </ActionIcon>
          </Group>
        ))}
        <Button
          variant="default"
          size="xs"
          style={{ alignSelf: 'flex-start' }}
          leftSection={<Icon name="plus" size={14} />}
          onClick={() => onChange([...headers, newHeader()])}
        >
          Add a header
        </Button>
      </Stack>
    </Input.Wrapper>
  )
}
