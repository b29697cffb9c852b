import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { Router } from 'wouter'
import { queries } from '../api/queries.ts'
import { nonce } from './nonce.ts'
import { Shell } from './shell.tsx'
import { theme, variables } from './theme.ts'

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
          <Shell />
        </Router>
      </QueryClientProvider>
    </MantineProvider>
  )
}
