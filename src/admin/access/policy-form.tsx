import { Button, Checkbox, Group, MultiSelect, Select, Stack, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api, read, send } from '../api/client.ts'
import { isManaged } from '../api/origin.ts'
import { ApiError } from '../api/problem.ts'
import { queries } from '../api/queries.ts'
import type { Policy } from '../api/types.ts'
import { Failure } from '../parts/failure.tsx'
import { useTellUnsaved } from '../parts/tell-unsaved.ts'
import { PolicyFilter } from './policy-filter.tsx'

const ACTIONS = ['list', 'call', 'read', 'write', 'manage'] as const

interface Props {
  /** The one to change; without it a new one is made. */
  readonly policy?: Policy
  readonly onTouch?: (isTouched: boolean) => void
  /** Not told to whoever has gone elsewhere meanwhile. */
  readonly onDone: () => void
}

/** Who may, or may not, do what with which entries. */
export function PolicyForm({ policy, onTouch, onDone }: Props) {
  const [id, setId] = useState('')
  const [description, setDescription] = useState(policy?.description ?? '')
  const [effect, setEffect] = useState(policy?.effect ?? 'allow')
  const [who, setWho] = useState(policy?.who ?? '')
  const [what, setWhat] = useState(policy?.what ?? 'true')
  const [actions, setActions] = useState<string[]>([
    ...(policy?.actions ?? ['list', 'call', 'read']),
  ])
  const [server, setServer] = useState<string[]>([...(policy?.server ?? [])])
  const written = JSON.stringify([id, description, effect, who, what, actions, server])
  const [begunWith] = useState(written)
  const isTouched = written !== begunWith
  useEffect(() => onTouch?.(isTouched), [isTouched, onTouch])
  const isFixed = policy !== undefined && isManaged(policy)
  useTellUnsaved(isTouched && !isFixed)
  const servers = useQuery({ queryKey: ['servers'], queryFn: () => read(api.dynamic.$get()) })
  const save = useMutation({
    mutationFn: () => {
      const definition = {
        effect,
        who,
        what,
        actions,
        ...(description.trim() === '' ? {} : { description: description.trim() }),
        ...(server.length === 0 ? {} : { server }),
      }
      if (policy) {
        return send('PUT', `/policies/${policy.id}`, definition, { version: policy.version })
      }
      return send('POST', '/policies', { ...(id === '' ? {} : { id }), ...definition })
    },
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['policies'] }),
  })
  const wrong = save.error instanceof ApiError ? save.error.errors : []
  const of = (field: string) => wrong.find(({ path }) => path === field)
  const isShown = wrong.length > 0 && wrong.every(({ path }) => path === 'who' || path === 'what')
  const change =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      set(value)
      save.reset()
    }
  return (
    <Stack gap="sm">
      {!policy && (
        <TextInput
          label="Id"
          description="Lower-case letters, digits, _ and -. Made up when left empty."
          placeholder="risk-reads-finance"
          value={id}
          onChange={(event) => setId(event.currentTarget.value.trim())}
        />
      )}
      <TextInput
        label="Description"
        maxLength={1_024}
        value={description}
        disabled={isFixed}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
      <Select
        label="Effect"
        description="A deny outranks every allow."
        allowDeselect={false}
        disabled={isFixed}
        data={['allow', 'deny']}
        value={effect}
        onChange={(value) => setEffect(value as Policy['effect'])}
      />
      <PolicyFilter
        label="Who"
        hint="A condition on the caller, such as 'risk' in caller.groups; true is everybody with a credential."
        reads="none"
        value={who}
        onChange={change(setWho)}
        problem={of('who')}
      />
      <PolicyFilter
        label="What"
        hint="A filter over entries; true is every one. It may compare with the caller: owner == caller.id."
        reads="any"
        value={what}
        onChange={change(setWhat)}
        problem={of('what')}
      />
      <Checkbox.Group
        label="Actions"
        description="list, call and read are one decision. write is about changing entries, manage about changing servers."
        value={actions}
        onChange={change(setActions)}
      >
        <Group mt="xs">
          {ACTIONS.map((action) => (
            <Checkbox key={action} value={action} label={action} disabled={isFixed} />
          ))}
        </Group>
      </Checkbox.Group>
      <MultiSelect
        label="Servers"
        placeholder={server.length === 0 ? 'Every server' : ''}
        searchable
        limit={100}
        disabled={isFixed}
        data={['all', ...(servers.data?.servers.map((each) => each.id) ?? [])]}
        value={server}
        onChange={change(setServer)}
      />
      {save.error && !isShown && <Failure error={save.error} />}
      {!isFixed && (
        <Button
          loading={save.isPending}
          disabled={who.trim() === '' || what.trim() === '' || actions.length === 0}
          onClick={() => save.mutate(undefined, { onSuccess: onDone })}
        >
          {policy ? 'Save' : 'Make the policy'}
        </Button>
      )}
    </Stack>
  )
}
