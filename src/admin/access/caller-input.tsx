import { SegmentedControl, Select, Stack, TagsInput, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, read } from '../api/client.ts'
import { JsonInput } from '../parts/json-input.tsx'
import type { DraftCaller } from './draft-caller.ts'

interface Props {
  /** Whether it may be about nobody in particular. */
  readonly withAnybody?: boolean
  readonly value: DraftCaller
  readonly onChange: (value: DraftCaller) => void
}

/** Somebody to look through the eyes of: a user, or a caller made up. */
export function CallerInput({ value, onChange, withAnybody = false }: Props) {
  const [text, setText] = useState('')
  const [q] = useDebouncedValue(text.trim(), 200)
  const users = useQuery({
    queryKey: ['users', 'choose', q],
    queryFn: () => read(api.users.$get({ query: q === '' ? {} : { q } })),
    enabled: value.kind === 'user',
    retry: false,
    placeholderData: (before) => before,
  })
  const found = users.data?.users.map(({ id }) => id) ?? []
  const data = value.user === '' ? found : [...new Set([value.user, ...found])]
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label="Who asks"
        value={value.kind}
        onChange={(kind) => onChange({ ...value, kind: kind as DraftCaller['kind'] })}
        data={[
          ...(withAnybody ? [{ value: 'anybody', label: 'Anybody' }] : []),
          { value: 'user', label: 'A user' },
          { value: 'made_up', label: 'Made up' },
        ]}
        style={{ alignSelf: 'flex-start' }}
      />
      {value.kind === 'anybody' ? null : value.kind === 'user' && users.error ? (
        // Only administrators may list users; others know whom they mean.
        <TextInput
          label="User"
          placeholder="Id of a user"
          value={value.user}
          onChange={(event) => onChange({ ...value, user: event.currentTarget.value.trim() })}
        />
      ) : value.kind === 'user' ? (
        <Select
          label="User"
          placeholder="Choose a user"
          searchable
          limit={100}
          nothingFoundMessage="No user fits"
          searchValue={text}
          onSearchChange={setText}
          data={data}
          value={value.user || null}
          onChange={(user) => onChange({ ...value, user: user ?? '' })}
        />
      ) : (
        <>
          <TagsInput
            label="Roles"
            value={[...value.roles]}
            onChange={(roles) => onChange({ ...value, roles })}
          />
          <TagsInput
            label="Groups"
            value={[...value.groups]}
            onChange={(groups) => onChange({ ...value, groups })}
          />
          <TextInput
            label="Id"
            description="Only where an owner, a share or a policy names somebody."
            value={value.id}
            onChange={(event) => onChange({ ...value, id: event.currentTarget.value })}
          />
          <JsonInput
            label="Attributes"
            value={value.attributes}
            onChange={(attributes) => onChange({ ...value, attributes })}
          />
        </>
      )}
    </Stack>
  )
}
