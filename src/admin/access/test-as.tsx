import { Grid, Group, Paper, Select, Stack, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useSearchParams } from 'wouter'
import { api, read } from '../api/client.ts'
import { ENTRY_TYPES, type EntryType, TYPE_NAMES } from '../api/types.ts'
import { Empty } from '../parts/empty.tsx'
import { CallerInput } from './caller-input.tsx'
import { Decisions } from './decisions.tsx'
import { asked, NO_CALLER } from './draft-caller.ts'

/** What a caller may use of a server, decided as it would be for a request of theirs. */
export function TestAs() {
  const [parameters, setParameters] = useSearchParams()
  const server = parameters.get('server') || 'all'
  const [draft, setDraft] = useState(NO_CALLER)
  const [type, setType] = useState<EntryType>('tool')
  const [text, setText] = useState('')
  const [q] = useDebouncedValue(text.trim(), 300)
  const [settled] = useDebouncedValue(draft, 300)
  const caller = asked(settled)
  const servers = useQuery({ queryKey: ['servers'], queryFn: () => read(api.dynamic.$get()) })
  return (
    <Grid gap="md">
      <Grid.Col span={{ base: 12, md: 4 }}>
        <Paper withBorder p="md" className="card">
          <Stack gap="sm">
            <CallerInput value={draft} onChange={setDraft} />
            <Select
              label="Server"
              searchable
              limit={100}
              allowDeselect={false}
              data={['all', ...(servers.data?.servers.map(({ id }) => id) ?? [])]}
              value={server}
              onChange={(next) => setParameters({ server: next ?? 'all' })}
            />
          </Stack>
        </Paper>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 8 }}>
        <Group mb="sm" gap="sm">
          <Select
            aria-label="Type of entries"
            w={130}
            allowDeselect={false}
            data={ENTRY_TYPES.map((value) => ({ value, label: `${TYPE_NAMES[value]}s` }))}
            value={type}
            onChange={(value) => setType(value as EntryType)}
          />
          <TextInput
            data-page-search
            aria-label="Search entries"
            placeholder="Search entries"
            flex={1}
            miw={160}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        </Group>
        {caller ? (
          <Decisions caller={caller} server={server} type={type} q={q} />
        ) : (
          <Empty text="Choose who asks: each entry then says what is decided for them, and why." />
        )}
      </Grid.Col>
    </Grid>
  )
}
