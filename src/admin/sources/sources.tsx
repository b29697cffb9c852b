import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { api, read } from '../api/client.ts'
import type { Source } from '../api/types.ts'
import { Ago } from '../parts/ago.tsx'
import { Answer } from '../parts/answer.tsx'
import { counted } from '../parts/counted.ts'
import { Empty } from '../parts/empty.tsx'
import { FormModal } from '../parts/form-modal.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { Icon } from '../shell/icons.tsx'
import { AddSource } from './add-source.tsx'
import { Authorize } from './authorize.tsx'
import { SourceActions } from './source-actions.tsx'
import { Sync } from './sync.tsx'

const COLORS = {
  up: 'teal',
  connecting: 'blue',
  down: 'red',
  authorization_required: 'blue',
  disabled: 'gray',
} as const

export function SourcesPage() {
  const [isAdding, adding] = useDisclosure()
  const sources = useQuery({ queryKey: ['sources'], queryFn: () => read(api.sources.$get()) })
  return (
    <>
      <PageHeader
        title="Sources"
        actions={
          <Button leftSection={<Icon name="plus" size={16} />} onClick={adding.open}>
            Add a source
          </Button>
        }
      >
        MCP servers whose tools, prompts and resources are in the catalog.
      </PageHeader>
      <Answer of={sources}>
        {(data) =>
          data.sources.length === 0 ? (
            <Empty text="There is no source yet. Add an MCP server by its address, or paste the configuration a client has.">
              <Button onClick={adding.open}>Add your first source</Button>
            </Empty>
          ) : (
            <Stack gap="sm">
              {data.sources.map((source) => (
                <SourceCard key={source.id} source={source} />
              ))}
            </Stack>
          )
        }
      </Answer>
      <FormModal title="Add a source" isOpen={isAdding} onClose={adding.close}>
        <AddSource onDone={adding.close} />
      </FormModal>
    </>
  )
}

function SourceCard({ source }: { source: Source }) {
  const { id, description, transport, status } = source
  const { entries, last_error, last_sync_at, skipped } = status
  const offered = Object.entries(entries)
    .filter(([, count]) => count > 0)
    .map(([type, count]) => counted(count, type.replace('_', ' ')))
  return (
    <Paper withBorder p="md" className="card" component="section" aria-label={`Source ${id}`}>
      <Group justify="space-between" align="flex-start">
        <div style={{ flex: '1 1 260px', minWidth: 0 }}>
          <Group gap="xs">
            <Text fw={650}>{id}</Text>
            <Badge color={COLORS[status.state]}>{status.state.replace('_', ' ')}</Badge>
          </Group>
          {description && (
            <Text size="sm" c="dimmed" className="foreign">
              {description}
            </Text>
          )}
          <Text size="xs" c="dimmed" ff="monospace" className="foreign">
            {transport.type === 'http'
              ? transport.url
              : [transport.command, ...(transport.args ?? [])].join(' ')}
          </Text>
          <Text size="sm" mt={4}>
            {offered.length > 0 ? offered.join(', ') : 'No entries yet'}
            {last_sync_at && (
              <Text span size="sm" c="dimmed">
                {' '}
                listed <Ago at={last_sync_at} />
              </Text>
            )}
          </Text>
          {skipped.length > 0 && (
            <Text size="sm" className="foreign">
              {skipped.length} left out:{' '}
              {skipped
                .map(({ name }) => name)
                .slice(0, 5)
                .join(', ')}
            </Text>
          )}
          {status.authorization?.sign_in && <Authorize signIn={status.authorization.sign_in} />}
          {last_error && !status.authorization?.sign_in && (
            <Text size="sm" c="var(--mantine-color-error)" className="foreign">
              {last_error.message}
            </Text>
          )}
        </div>
        <Stack gap="xs" align="flex-end" maw="100%">
          <Sync id={id} />
          <Group gap="xs" justify="flex-end">
            <SourceActions source={source} />
          </Group>
        </Stack>
      </Group>
    </Paper>
  )
}
