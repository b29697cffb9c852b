import { Button, Group, Text } from '@mantine/core'
import type { Source } from '../api/types.ts'

type SignIn = NonNullable<NonNullable<Source['status']['authorization']>['sign_in']>

/** Where to sign in for a source. The page is another site's, and learns nothing of this one. */
export function Authorize({ signIn: { url, scopes } }: { signIn: SignIn }) {
  const what = scopes.length > 0 ? `, for ${scopes.join(' ')}` : ''
  if (url === null) return <Text size="sm">An administrator has to authorize it{what}.</Text>
  return (
    <Group gap="xs" mt={6}>
      <Button
        component="a"
        href={url}
        target="_blank"
        rel="noopener noreferrer"
        size="compact-sm"
        variant="light"
      >
        Authorize
      </Button>
      <Text size="sm" className="foreign">
        Sign in at {new URL(url).host}
        {what}
      </Text>
    </Group>
  )
}
