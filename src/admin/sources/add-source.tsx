import { Button, Checkbox, Stack, Tabs, Text, Textarea, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { send } from '../api/client.ts'
import { ApiError } from '../api/problem.ts'
import { queries } from '../api/queries.ts'
import { Failure } from '../parts/failure.tsx'
import { TagsField } from '../parts/tags-field.tsx'
import { useTellUnsaved } from '../parts/tell-unsaved.ts'
import { HeaderRows } from './header-rows.tsx'
import { areWritten, areWrong, type DraftHeader, headersOf } from './headers.ts'

/** A source by its address, or as many as a client's configuration has. */
export function AddSource({ onDone }: { onDone: () => void }) {
  const [id, setId] = useState('')
  const [url, setUrl] = useState('')
  const [tags, setTags] = useState<string[]>([])
  const [headers, setHeaders] = useState<readonly DraftHeader[]>([])
  const [wantsSignIn, setWantsSignIn] = useState(false)
  const [text, setText] = useState('')
  const isChosen = tags.length > 0 || wantsSignIn || areWritten(headers)
  useTellUnsaved(id !== '' || url !== '' || isChosen || text !== '')
  const onSuccess = () => {
    void queries.invalidateQueries({ queryKey: ['sources'] })
    onDone()
  }
  const add = useMutation({
    mutationFn: () => {
      const auth = wantsSignIn ? { auth: { type: 'oauth' } } : {}
      const transport = { type: 'http', url, ...headersOf(headers), ...auth }
      return send('POST', '/sources', { id, tags, transport })
    },
    onSuccess,
  })
  const take = useMutation({
    mutationFn: () => send('POST', '/sources/import', parsed(text)),
    onSuccess,
  })
  return (
    <Tabs defaultValue="form" keepMounted={false}>
      <Tabs.List mb="sm">
        <Tabs.Tab value="form">By address</Tabs.Tab>
        <Tabs.Tab value="paste">Paste a configuration</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="form">
        <Stack>
          <TextInput
            label="Id"
            description="Short and lower-case; it stands in front of names that clash."
            placeholder="github"
            value={id}
            onChange={(event) => setId(event.currentTarget.value)}
          />
          <TextInput
            label="Address"
            placeholder="https://mcp.example.com/mcp"
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
          <HeaderRows
            headers={headers}
            onChange={(next) => {
              setHeaders(next)
              // What was wrong was about those before.
              add.reset()
            }}
            error={add.error}
          />
          <Checkbox
            label="It wants somebody to sign in (OAuth)"
            description="Where to do so is shown once it was asked."
            checked={wantsSignIn}
            onChange={(event) => setWantsSignIn(event.currentTarget.checked)}
          />
          <TagsField label="Tags of all its entries" value={tags} onChange={setTags} />
          {add.error && <Failure error={add.error} />}
          <Button
            loading={add.isPending}
            disabled={!id || !url || areWrong(headers)}
            onClick={() => add.mutate()}
          >
            Add
          </Button>
        </Stack>
      </Tabs.Panel>
      <Tabs.Panel value="paste">
        <Stack>
          <Textarea
            label="mcpServers JSON"
            placeholder='{ "mcpServers": { "github": { "url": "https://…" } } }'
            autosize
            minRows={8}
            maxRows={20}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Text size="xs" c="dimmed">
            Secrets are references here: what they refer to is set on the machine of the service.
          </Text>
          {take.error && <Failure error={take.error} />}
          <Button loading={take.isPending} disabled={!text} onClick={() => take.mutate()}>
            Import
          </Button>
        </Stack>
      </Tabs.Panel>
    </Tabs>
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ApiError(400, 'invalid_json', `This is not JSON: ${(error as Error).message}`)
  }
}
