import { Badge, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api, readVersion } from '../api/client.ts'
import { type EntryType, NOUNS, TYPE_NAMES } from '../api/types.ts'
import { Answer } from '../parts/answer.tsx'
import { SideDrawer } from '../parts/side-drawer.tsx'
import { useHeld } from '../parts/use-held.tsx'
import { EntryForm, type VersionedEntry } from './entry-form.tsx'
import { Schema } from './schema.tsx'
import { ShownBy } from './shown-by.tsx'

interface Props {
  readonly type: EntryType
  /** Empty for none. */
  readonly id: string
  readonly onClose: () => void
}

export function EntryDrawer({ type, id, onClose }: Props) {
  const noun = NOUNS[type]
  const entry = useQuery({
    queryKey: ['entries', noun, 'one', id],
    queryFn: async () =>
      (await readVersion(api[noun][':id'].$get({ param: { id } }))) as VersionedEntry,
    enabled: id !== '',
  })
  const title = `${TYPE_NAMES[type]}${entry.data ? ` of ${entry.data.source}` : ''}`
  return (
    <SideDrawer title={title} isOpen={id !== ''} onClose={onClose}>
      <Answer of={entry}>{(data) => <Details key={data.id} entry={data} />}</Answer>
    </SideDrawer>
  )
}

function Details({ entry }: { entry: VersionedEntry }) {
  const { held, touch, notice } = useHeld(entry)
  const { annotations = {} } = entry
  const hints = Object.entries(annotations).filter(([, value]) => value === true)
  return (
    <Stack gap="md">
      <div>
        <Title order={2} size="h3" className="foreign">
          {entry.name}
        </Title>
        {entry.title && (
          <Text c="dimmed" className="foreign">
            {entry.title}
          </Text>
        )}
      </div>
      {entry.description && (
        <Text size="sm" className="foreign" style={{ whiteSpace: 'pre-line' }}>
          {entry.description}
        </Text>
      )}
      {hints.length > 0 && (
        <Group gap={4}>
          {hints.map(([name]) => (
            <Badge key={name} color={name === 'destructiveHint' ? 'red' : 'teal'}>
              {name}
            </Badge>
          ))}
        </Group>
      )}
      {(entry.uri ?? entry.uriTemplate) && (
        <Text size="sm" ff="monospace" className="foreign">
          {entry.uri ?? entry.uriTemplate}
        </Text>
      )}
      {notice}
      <EntryForm key={held.version} entry={held} onTouch={touch} />
      {entry.inputSchema && <Schema title="Input" schema={entry.inputSchema} />}
      {entry.outputSchema && <Schema title="Output" schema={entry.outputSchema} />}
      <ShownBy entry={entry} />
    </Stack>
  )
}
