import { Group, Select, Stack, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useSearchParams } from 'wouter'
import { CallerInput } from '../access/caller-input.tsx'
import { callerOf, type DraftCaller, NO_CALLER } from '../access/draft-caller.ts'
import { api, read } from '../api/client.ts'
import { ApiError } from '../api/problem.ts'
import { Empty } from '../parts/empty.tsx'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { Stages } from './stages.tsx'

/** Why an entry is in a server, or why not. */
export function ExplainPage() {
  const [parameters, setParameters] = useSearchParams()
  const id = parameters.get('server') ?? ''
  const [wanted, setWanted] = useState(parameters.get('entry') ?? parameters.get('name') ?? '')
  const [asked] = useDebouncedValue(wanted.trim(), 300)
  // What is typed may be the beginning of a name; what an address or Enter says is all of it.
  const [meant, setMeant] = useState(wanted.trim())
  const [who, setWho] = useState<DraftCaller>({ ...NO_CALLER, kind: 'anybody' })
  const [settled] = useDebouncedValue(who, 300)
  const caller = callerOf(settled)
  // Nobody in particular is not the same as somebody who is not chosen yet.
  const isUnknown = settled.kind !== 'anybody' && caller === undefined
  const servers = useQuery({ queryKey: ['servers'], queryFn: () => read(api.dynamic.$get()) })
  const isId = /^(?:tool|prompt|resource|template|resource_template)_/.test(asked)
  const { data, error } = useQuery({
    queryKey: ['explain', id, asked, caller],
    queryFn: () =>
      read(
        api.dynamic[':id'].explain.$get({
          param: { id },
          query: {
            ...(isId ? { entry: asked } : { name: asked }),
            ...(caller === undefined
              ? {}
              : { caller: typeof caller === 'string' ? caller : JSON.stringify(caller) }),
          },
        }),
      ),
    enabled: id !== '' && asked !== '' && !isUnknown,
    retry: false,
  })
  return (
    <>
      <PageHeader title="Explain">
        Pick a server, an entry and who asks: each stage says why.
      </PageHeader>
      <Group mb="md" align="flex-end">
        <Select
          label="Server"
          searchable
          limit={100}
          placeholder="Choose a server"
          value={id || null}
          onChange={(server) => setParameters({ server: server ?? '', entry: wanted })}
          data={['all', ...(servers.data?.servers.map((server) => server.id) ?? [])]}
          w={220}
        />
        <TextInput
          data-page-search
          label="Entry"
          placeholder="Name, address or id"
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
          onKeyDown={({ key }) => key === 'Enter' && setMeant(wanted.trim())}
          flex={1}
          miw={220}
        />
      </Group>
      <Group mb="md" align="flex-start" role="group" aria-label="Through whose eyes">
        <CallerInput value={who} onChange={setWho} withAnybody />
      </Group>
      {id === '' || asked === '' ? (
        <Empty text="Choose a server and type the name of an entry." />
      ) : isUnknown ? (
        <Empty text="Choose who asks: the answer is about them." />
      ) : isNoEntry(error) && asked !== meant ? (
        <Empty
          text={`No entry is called “${asked}” so far. Enter, when that is all of its name.`}
        />
      ) : error ? (
        <Failure error={error} />
      ) : !data ? (
        <Loading rows={4} />
      ) : (
        <Stack gap="sm">
          <Stages explanation={data} />
        </Stack>
      )}
    </>
  )
}

/** Whether the service knows no such entry: everything else about the question was right. */
const isNoEntry = (error: unknown) =>
  error instanceof ApiError &&
  error.code === 'not_found' &&
  error.errors.some(({ path }) => path === 'name' || path === 'entry')
