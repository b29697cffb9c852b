import { Alert, Button, Center, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { send } from '../api/client.ts'
import { queries } from '../api/queries.ts'
import { Failure } from '../parts/failure.tsx'
import { setSignedOut } from './signed-out.ts'
import { meQuery } from './use-me.ts'

/** Trades a credential for a session; the page itself keeps neither. */
export function SignIn() {
  const [credential, setCredential] = useState('')
  const field = useRef<HTMLInputElement>(null)
  // Whatever had the focus is out of reach until somebody has signed in.
  useEffect(() => field.current?.focus(), [])
  const signIn = useMutation({
    meta: { done: '' },
    mutationFn: () => send('POST', '/session', { credential: credential.trim() }),
    onSuccess: async () => {
      const before = queries.getQueryData(meQuery.queryKey)
      const me = await queries.fetchQuery({ ...meQuery, staleTime: 0 })
      // What somebody else has read is not for this one; what this one was writing is still there.
      if (before?.id === me.id) void queries.invalidateQueries()
      else void queries.resetQueries()
      setCredential('')
      setSignedOut(false)
    },
  })
  return (
    <Center mih="100vh" p="md" component="main" className="sign-in">
      <Paper withBorder p="xl" maw={440} w="100%">
        <form
          onSubmit={(event) => {
            event.preventDefault()
            signIn.mutate()
          }}
        >
          <Stack>
            <Title order={1} size="h2">
              Sign in to Facet
            </Title>
            {!isSecureContext && (
              <Alert color="yellow" title="This connection is not encrypted">
                Signing in works over https, or in a browser on the machine of the service.
              </Alert>
            )}
            <PasswordInput
              label="API key or admin token"
              ref={field}
              // Escape here closes nothing of what waits behind.
              data-mantine-stop-propagation="true"
              visibilityToggleFocusable
              visibilityToggleButtonProps={{ 'aria-label': 'Show or hide what is typed' }}
              autoComplete="current-password"
              required
              value={credential}
              onChange={(event) => setCredential(event.currentTarget.value)}
            />
            {signIn.error && <Failure error={signIn.error} />}
            <Button type="submit" loading={signIn.isPending} disabled={credential.trim() === ''}>
              Sign in
            </Button>
            <Text size="sm" c="dimmed">
              An administrator gives you a key. The page does not keep it.
            </Text>
          </Stack>
        </form>
      </Paper>
    </Center>
  )
}
