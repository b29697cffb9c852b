import { Alert, Button, List, Stack, Text } from '@mantine/core'
import { ApiError } from '../api/problem.ts'

/** A problem in the words of the service, with its code and a way to try again. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const known = error instanceof ApiError ? error : undefined
  return (
    <Alert color="red" variant="light" role="alert" title="That did not work">
      <Stack gap="xs" align="flex-start">
        <Text size="sm" className="foreign">
          {error instanceof Error ? error.message : String(error)}
        </Text>
        {known && known.errors.length > 0 && (
          <List size="sm">
            {known.errors.map(({ path, message }) => (
              <List.Item key={`${path} ${message}`} className="foreign">
                {path}: {message}
              </List.Item>
            ))}
          </List>
        )}
        {known && (
          <Text size="xs" c="dimmed">
            Code: {known.code}
          </Text>
        )}
        {retry && (
          <Button size="xs" variant="default" onClick={retry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  )
}
