import { Button, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { send } from '../api/client.ts'
import { queries } from '../api/queries.ts'
import type { Source } from '../api/types.ts'
import { Failure } from '../parts/failure.tsx'
import { TagsField } from '../parts/tags-field.tsx'
import { useTellUnsaved } from '../parts/tell-unsaved.ts'
import { HeaderRows } from './header-rows.tsx'
import { areWrong, headersPatch, headersThere } from './headers.ts'

/** The address, headers and tags of a source. */
export function ChangeSource({ source, onDone }: { source: Source; onDone: () => void }) {
  // What was begun with: somebody else may change it while this is open.
  const [begun] = useState(() => {
    const { transport, tags, version } = source
    const isHttp = transport.type === 'http'
    const names = isHttp ? Object.keys(transport.headers ?? {}) : []
    return { url: isHttp ? transport.url : '', headers: headersThere(names), tags, version }
  })
  const [url, setUrl] = useState(begun.url)
  const [headers, setHeaders] = useState(begun.headers)
  const [tags, setTags] = useState<string[]>([...begun.tags])
  const transport = {
    ...(url === begun.url ? {} : { url }),
    ...headersPatch(begun.headers, headers),
  }
  // A transport that is named is connected anew, so it is only when it has changed.
  const isMoved = Object.keys(transport).length > 0
  useTellUnsaved(isMoved || tags.join('\0') !== begun.tags.join('\0'))
  const save = useMutation({
    mutationFn: () => {
      const patch = { tags, ...(isMoved ? { transport } : {}) }
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
      {source.transport.type === 'http' && (
        <>
          <TextInput
            label="Address"
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
          <HeaderRows
            headers={headers}
            onChange={(next) => {
              setHeaders(next)
              // What was wrong was about those before.
              save.reset()
            }}
            error={save.error}
          />
        </>
      )}
      <TagsField label="Tags of all its entries" value={tags} onChange={setTags} />
      {save.error && <Failure error={save.error} />}
      <Button loading={save.isPending} disabled={areWrong(headers)} onClick={() => save.mutate()}>
        Save
      </Button>
    </Stack>
  )
}
