import { Button, Stack, Text, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { send } from '../api/client.ts'
import { isManaged } from '../api/origin.ts'
import { queries } from '../api/queries.ts'
import type { Source } from '../api/types.ts'
import { Delete } from '../parts/delete.tsx'
import { Failure } from '../parts/failure.tsx'
import { FormModal } from '../parts/form-modal.tsx'
import { TagsField } from '../parts/tags-field.tsx'
import { useTellUnsaved } from '../parts/tell-unsaved.ts'

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
      <FormModal title={`Change ${id}`} isOpen={isChanging} onClose={changing.close}>
        <ChangeSource source={source} onDone={changing.close} />
      </FormModal>
    </>
  )
}

function ChangeSource({ source, onDone }: { source: Source; onDone: () => void }) {
  const { transport } = source
  const [url, setUrl] = useState(transport.type === 'http' ? transport.url : '')
  const [tags, setTags] = useState<string[]>([...source.tags])
  // What was begun with: somebody else may change it while this is open.
  const [begun] = useState(source)
  const isMoved = transport.type === 'http' && url !== transport.url
  useTellUnsaved(isMoved || tags.join('\0') !== begun.tags.join('\0'))
  const save = useMutation({
    mutationFn: () => {
      // A transport that is named is connected anew, so it is only when it has changed.
      const patch = { tags, ...(isMoved ? { transport: { url } } : {}) }
      return send('PATCH', `/sources/${encodeURIComponent(source.id)}`, patch, {
        version: begun.version,
      })
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
      <TagsField label="Tags of all its entries" value={tags} onChange={setTags} />
      {save.error && <Failure error={save.error} />}
      <Button loading={save.isPending} onClick={() => save.mutate()}>
        Save
      </Button>
    </Stack>
  )
}
