import { Button, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { api, read } from '../api/client.ts'
import { Failure } from '../parts/failure.tsx'
import { Icon } from '../shell/icons.tsx'

/** Lists what a source offers now, and says what that changed. */
export function Sync({ id }: { id: string }) {
  const sync = useMutation({
    mutationFn: () => read(api.sources[':id'].sync.$post({ param: { id } })),
  })
  return (
    <Stack gap={4} align="flex-end">
      <Button
        variant="default"
        size="xs"
        aria-label={`Sync now: ${id}`}
        leftSection={<Icon name="refresh" size={14} />}
        loading={sync.isPending}
        onClick={() => sync.mutate()}
      >
        Sync now
      </Button>
      {sync.data && (
        <Text size="xs" c="dimmed" role="status">
          {sync.data.added} added, {sync.data.changed} changed, {sync.data.removed} removed
        </Text>
      )}
      {sync.error && <Failure error={sync.error} />}
    </Stack>
  )
}
