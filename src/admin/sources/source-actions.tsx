import { Button, Modal, Stack, TagsInput, Text, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { send } from '../api/client.ts'
import { isManaged } from '../api/origin.ts'
import { queries } from '../api/queries.ts'
import type { Source } from '../api/types.ts'
import { Delete } from '../parts/delete.tsx'
import { Failure } from '../parts/failure.tsx'

/** A source that was added here can be changed and deleted here. */
export function SourceActions({ source }: { source: Source }) {
  const { id, version } = source
  const [isChanging, changing] = useDisclosure()
  if (isManaged(source)) {
    return (
      <Text size="xs" c="dimmed">
        set in the configuration
      </Text>
    )
  }
  return (
    <>
      <Button variant="default" size="xs" aria-label={`Change ${id}`} onClick={changing.open}>
        Change
      </Button>
      <Delete
        name={`Delete the source ${id}`}
        text={`Its entries leave the catalog and every server at once, with the tags they were given here.`}
        path={`/sources/${encodeURIComponent(id)}`}
        version={version}
        list="sources"
        onDone={() => undefined}
      />
      <Modal opened={isChanging} onClose={changing.close} title={`Change ${id}`} size="lg">
        <ChangeSource source={source} onDone={changing.close} />
      </Modal>
    </>
  )
}

function ChangeSource({ source, onDone }: { source: Source; onDone: () => void }) {
  const { transport } = source
  const [url, setUrl] = useState(transport.type === 'http' ? transport.url : '')
  const [tags, setTags] = useState<string[]>([...source.tags])
  // What was begun with: somebody else may change it while this is open.
  const [{ version }] = useState(source)
  const save = useMutation({
    mutationFn: () => {
      // A transport that is named is connected anew, so it is only when it has changed.
      const isMoved = transport.type === 'http' && url !== transport.url
      const patch = { tags, ...(isMoved ? { transport: { url } } : {}) }
      return send('PATCH', `/sources/${encodeURIComponent(source.id)}`, patch, { version })
    },
    onSuccess: () => {
      onDone()
      return queries.invalidateQueries({ queryKey: ['sources'] })
    },
  })
  return (
    <Stack>
      {transport.type === 'http' && (
        <TextInput
          label="Address"
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
        />
      )}
      <TagsInput label="Tags of all its entries" value={tags} onChange={setTags} />
      {save.error && <Failure error={save.error} />}
      <Button loading={save.isPending} onClick={() => save.mutate()}>
        Save
      </Button>
    </Stack>
  )
}
