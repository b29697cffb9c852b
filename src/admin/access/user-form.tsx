import { Button, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { send } from '../api/client.ts'
import { keep, queries } from '../api/queries.ts'
import type { User } from '../api/types.ts'
import { Failure } from '../parts/failure.tsx'
import { JsonInput, parseJson } from '../parts/json-input.tsx'
import { TagsField } from '../parts/tags-field.tsx'
import { useTellUnsaved } from '../parts/tell-unsaved.ts'

const ROLES = ['client', 'viewer', 'editor', 'admin']

interface Props {
  /** The one to change; without it a new one is made. */
  readonly user?: User
  /** What a new one begins with. */
  readonly roles?: readonly string[]
  readonly onTouch?: (isTouched: boolean) => void
  /** Not told to whoever has gone elsewhere meanwhile. */
  readonly onDone?: (user: User) => void
}

/** What an administrator sets of a user. */
export function UserForm({ user, roles: begun = [], onTouch, onDone }: Props) {
  const [id, setId] = useState('')
  const [name, setName] = useState(user?.name ?? '')
  const [roles, setRoles] = useState<string[]>([...(user?.roles ?? begun)])
  const [groups, setGroups] = useState<string[]>([...(user?.groups ?? [])])
  const [attributes, setAttributes] = useState(() =>
    JSON.stringify(user?.attributes ?? {}, null, 2),
  )
  const [disabled, setDisabled] = useState(user?.disabled ?? false)
  const written = JSON.stringify([id, name, roles, groups, attributes, disabled])
  const [begunWith] = useState(written)
  const isTouched = written !== begunWith
  useEffect(() => onTouch?.(isTouched), [isTouched, onTouch])
  useTellUnsaved(isTouched)
  const save = useMutation({
    mutationFn: () => {
      const fields = { name, roles, groups, disabled }
      const given = parseJson(attributes)
      if (!user) {
        const own = id.trim() === '' ? {} : { id: id.trim() }
        return send<User>('POST', '/users', { ...own, ...fields, attributes: given })
      }
      // A merge patch takes members away only where it names them.
      const gone = Object.keys(user.attributes).filter((key) => !Object.hasOwn(given, key))
      const patch = { ...given, ...Object.fromEntries(gone.map((key) => [key, null])) }
      const path = `/users/${encodeURIComponent(user.id)}`
      return send<User>('PATCH', path, { ...fields, attributes: patch }, { version: user.version })
    },
    onSuccess: async (saved) => {
      await keep(['users', 'one', saved.id], saved)
      onTouch?.(false)
      void queries.invalidateQueries({ queryKey: ['users'] })
    },
  })
  return (
    <Stack gap="sm">
      <TextInput
        label="Name"
        placeholder="Ada Lovelace"
        required
        maxLength={256}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {!user && (
        <TextInput
          label="Id"
          description="Policies and logs name it. Without one, it is made of the name."
          value={id}
          onChange={(event) => setId(event.currentTarget.value)}
        />
      )}
      <TagsField label="Roles" data={ROLES} value={roles} onChange={setRoles} />
      <Text size="xs" c="dimmed">
        client uses servers, viewer sees how all is set up, editor changes entries and servers,
        admin everything. Any other role is for policies.
      </Text>
      <TagsField label="Groups" value={groups} onChange={setGroups} />
      <JsonInput
        label="Attributes"
        description="For policies: caller.attributes.team and the like."
        value={attributes}
        onChange={setAttributes}
      />
      {user && (
        <Switch
          label="Disabled: no key of this user is let in"
          checked={disabled}
          onChange={(event) => setDisabled(event.currentTarget.checked)}
        />
      )}
      {save.error && <Failure error={save.error} />}
      {(!user || isTouched) && (
        <Button
          loading={save.isPending}
          disabled={name.trim() === ''}
          onClick={() => save.mutate(undefined, { onSuccess: onDone })}
        >
          {user ? 'Save' : 'Make the user'}
        </Button>
      )}
    </Stack>
  )
}
