import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { Router } from 'wouter'
import { queries } from '../api/queries.ts'
import { useSignedOut } from '../session/signed-out.ts'
import { nonce } from './nonce.ts'
import { Shell } from './shell.tsx'
import { theme, variables } from './theme.ts'

const SignIn = lazy(() =>
  import('../session/sign-in.tsx').then((module) => ({ default: module.SignIn })),
)

export function Root() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <Notifications position="bottom-right" />
      <QueryClientProvider client={queries}>
        <Router base="/admin">
          <Door />
        </Router>
      </QueryClientProvider>
    </MantineProvider>
  )
}

/** The page stays behind the one to sign in: a session that ends loses nobody what they wrote. */
function Door() {
  const isSignedOut = useSignedOut()
  return (
    <>
      <div hidden={isSignedOut}>
        <Shell />
      </div>
      {isSignedOut && (
        <Suspense>
          <SignIn />
        </Suspense>
      )}
    </>
  )
}
