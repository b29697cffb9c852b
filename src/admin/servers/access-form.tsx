import { Autocomplete, Button, Radio, Stack, Switch, TagsInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api, read, send } from '../api/client.ts'
import { queries } from '../api/queries.ts'
import type { Server } from '../api/types.ts'
import { Failure } from '../parts/failure.tsx'

interface Props {
  readonly server: Server
  readonly onTouch: (isTouched: boolean) => void
}

const accessOf = (server: Server) => ({
  access: server.access,
  owner: server.owner ?? '',
  roles: [...server.roles],
  read: [...server.shares.read],
  write: [...server.shares.write],
  anonymous: server.anonymous,
  allow_query_key: server.allow_query_key,
  required_scopes: [...server.required_scopes],
})

export function AccessForm({ server, onTouch }: Props) {
  const [form, setForm] = useState(() => accessOf(server))
  const isTouched = JSON.stringify(form) !== JSON.stringify(accessOf(server))
  useEffect(() => onTouch(isTouched), [isTouched, onTouch])
  const isManaged = server.origin !== 'rest' && server.origin !== 'cli'
  const set = (changes: Partial<typeof form>) => setForm({ ...form, ...changes })
  // Only administrators may list users; others type an id.
  const users = useQuery({
    queryKey: ['users', 'choose', ''],
    queryFn: () => read(api.users.$get({ query: {} })),
    retry: false,
  })
  const ids = users.data?.users.map(({ id }) => id) ?? []
  const save = useMutation({
    mutationFn: () => {
      const { read, write, owner, ...rest } = form
      const patch = { ...rest, owner: owner.trim() || null, shares: { read, write } }
      return send<Server>('PATCH', `/dynamic/${server.id}`, patch, { version: server.version })
    },
    onSuccess: (saved) => {
      onTouch(false)
      queries.setQueryData(['server', saved.id], saved)
      void queries.invalidateQueries({ queryKey: ['servers'] })
    },
  })
  const shareWords = ids.map((id) => `user:${id}`)
  return (
    <Stack gap="md">
      <Radio.Group
        label="Who sees its entries"
        value={form.access}
        onChange={(access) => set({ access: access as Server['access'] })}
      >
        <Stack gap="xs" mt="xs">
          <Radio
            value="policy"
            label="Those whom a policy, or one of the fields below, lets in"
            disabled={isManaged}
          />
          <Radio
            value="open"
            label="Everybody who comes in, unless a policy denies it"
            disabled={isManaged}
          />
        </Stack>
      </Radio.Group>
      <Autocomplete
        label="Owner"
        description="The id of a caller who may see and change the server, unless a policy denies it."
        data={ids}
        disabled={isManaged}
        value={form.owner}
        onChange={(owner) => set({ owner })}
      />
      <TagsInput
        label="Roles that see all of it"
        disabled={isManaged}
        value={form.roles}
        onChange={(roles) => set({ roles })}
      />
      <TagsInput
        label="Shared with, to see all of it"
        description="user:ada, group:risk or role:analyst"
        data={shareWords}
        disabled={isManaged}
        value={form.read}
        onChange={(next) => set({ read: next })}
      />
      <TagsInput
        label="Shared with, to change it too"
        description="Changing servers also takes the role editor."
        data={shareWords}
        disabled={isManaged}
        value={form.write}
        onChange={(write) => set({ write })}
      />
      <Switch
        label="Clients need no credential"
        description="One that is sent all the same has to be right."
        disabled={isManaged}
        checked={form.anonymous}
        onChange={(event) => set({ anonymous: event.currentTarget.checked })}
      />
      <Switch
        label="A key may be in the address: ?api_key=…"
        description="For clients that can send nothing else. Addresses end up in logs of proxies."
        disabled={isManaged}
        checked={form.allow_query_key}
        onChange={(event) => set({ allow_query_key: event.currentTarget.checked })}
      />
      <TagsInput
        label="Scopes that access tokens must have"
        disabled={isManaged}
        value={form.required_scopes}
        onChange={(required_scopes) => set({ required_scopes })}
      />
      {save.error && <Failure error={save.error} />}
      {!isManaged && (
        <Button
          style={{ alignSelf: 'flex-start' }}
          loading={save.isPending}
          disabled={!isTouched}
          onClick={() => save.mutate()}
        >
          Save
        </Button>
      )}
    </Stack>
  )
}
