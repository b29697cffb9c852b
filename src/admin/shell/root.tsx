import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { lazy, Suspense, useEffect } from 'react'
import { Router } from 'wouter'
import { queries } from '../api/queries.ts'
import { Announcements } from '../parts/announce.tsx'
import { useSignedOut } from '../session/signed-out.ts'
import { keepFocus } from './keep-focus.ts'
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
  useEffect(keepFocus, [])
  useEffect(() => {
    // Dialogs stand beside the page in the document, and would be in the way.
    for (const each of document.querySelectorAll<HTMLElement>('[data-portal]')) {
      each.hidden = isSignedOut
    }
  }, [isSignedOut])
  return (
    <>
      <Announcements />
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
