import { Autocomplete, Button, Radio, Stack, Switch, TagsInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type ChangeEvent, useEffect, useState } from 'react'
import { api, read, send } from '../api/client.ts'
import { isManaged } from '../api/origin.ts'
import { keep, queries } from '../api/queries.ts'
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
  const disabled = isManaged(server)
  const set = (changes: Partial<typeof form>) => setForm({ ...form, ...changes })
  const list = (field: 'roles' | 'read' | 'write' | 'required_scopes') => ({
    disabled,
    value: form[field],
    onChange: (next: string[]) => set({ [field]: next }),
  })
  const mark = (field: 'anonymous' | 'allow_query_key') => ({
    disabled,
    checked: form[field],
    onChange: (event: ChangeEvent<HTMLInputElement>) =>
      set({ [field]: event.currentTarget.checked }),
  })
  // Only administrators may list users; others type an id.
  const users = useQuery({
    queryKey: ['users', 'choose', ''],
    queryFn: () => read(api.users.$get({ query: {} })),
    retry: false,
  })
  const ids = users.data?.users.map(({ id }) => id) ?? []
  const save = useMutation({
    meta: { done: 'Saved.' },
    mutationFn: () => {
      const { read, write, owner, ...rest } = form
      const patch = { ...rest, owner: owner.trim() || null, shares: { read, write } }
      return send<Server>('PATCH', `/dynamic/${server.id}`, patch, { version: server.version })
    },
    onSuccess: async (saved) => {
      await keep(['server', saved.id], saved)
      onTouch(false)
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
            disabled={disabled}
          />
          <Radio
            value="open"
            label="Everybody who comes in, unless a policy denies it"
            disabled={disabled}
          />
        </Stack>
      </Radio.Group>
      <Autocomplete
        label="Owner"
        description="The id of a caller who may see and change the server, unless a policy denies it."
        data={ids}
        disabled={disabled}
        value={form.owner}
        onChange={(owner) => set({ owner })}
      />
      <TagsInput label="Roles that see all of it" {...list('roles')} />
      <TagsInput
        label="Shared with, to see all of it"
        description="user:ada, group:risk or role:analyst"
        data={shareWords}
        {...list('read')}
      />
      <TagsInput
        label="Shared with, to change it too"
        description="Changing servers also takes the role editor."
        data={shareWords}
        {...list('write')}
      />
      <Switch
        label="Clients need no credential"
        description="One that is sent all the same has to be right."
        {...mark('anonymous')}
      />
      <Switch
        label="A key may be in the address: ?api_key=…"
        description="For clients that can send nothing else. Addresses end up in logs of proxies."
        {...mark('allow_query_key')}
      />
      <TagsInput label="Scopes that access tokens must have" {...list('required_scopes')} />
      {save.error && <Failure error={save.error} />}
      {!disabled && (
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
