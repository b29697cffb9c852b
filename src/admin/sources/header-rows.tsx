import { Group, Input, PasswordInput, Stack, TextInput } from '@mantine/core'
import { ApiError } from '../api/problem.ts'
import { AddOne, RemoveOne } from '../parts/list-buttons.tsx'
import { type DraftHeader, mistakeIn, newHeader } from './headers.ts'

interface Props {
  readonly headers: readonly DraftHeader[]
  readonly onChange: (headers: readonly DraftHeader[]) => void
  /** What the service answered when they were sent, if it refused. */
  readonly error: Error | null
}

/** Headers that every request to a source has. Their values are not shown while they are typed. */
export function HeaderRows({ headers, onChange, error }: Props) {
  const set = (index: number, changes: Partial<DraftHeader>) =>
    onChange(headers.map((each, i) => (i === index ? { ...each, ...changes } : each)))
  const problems = error instanceof ApiError ? error.errors : []
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
            <RemoveOne
              size="lg"
              mt={24}
              label={`Remove header ${index + 1}`}
              onClick={() => onChange(headers.filter((_, i) => i !== index))}
            />
          </Group>
        ))}
        <AddOne onClick={() => onChange([...headers, newHeader()])}>Add a header</AddOne>
      </Stack>
    </Input.Wrapper>
  )
}
