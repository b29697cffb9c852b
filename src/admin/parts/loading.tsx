import { Skeleton, Stack } from '@mantine/core'

export function Loading({ rows = 5 }: { rows?: number }) {
  return (
    <Stack gap="sm" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
        <Skeleton key={i} height={36} radius="md" />
      ))}
    </Stack>
  )
}
