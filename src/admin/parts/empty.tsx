import { Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'

/** Says why there is nothing, and what to do about it. */
export function Empty({ text, children }: { text: string; children?: ReactNode }) {
  return (
    <Stack className="card" align="center" gap="sm" p="xl">
      <Text c="dimmed" ta="center" maw={520} className="foreign">
        {text}
      </Text>
      {children}
    </Stack>
  )
}
