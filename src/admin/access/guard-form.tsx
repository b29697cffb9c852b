import { Button, MultiSelect, Select, Stack, Switch, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api, read, send } from '../api/client.ts'
import { isManaged } from '../api/origin.ts'
import { ApiError } from '../api/problem.ts'
import { queries } from '../api/queries.ts'
import type { Guard } from '../api/types.ts'
import { Failure } from '../parts/failure.tsx'
import { useTellUnsaved } from '../parts/tell-unsaved.ts'
import { type GuardDraft, guardBody, guardDraftOf } from './guard-draft.ts'
import { GuardKindFields } from './guard-kind-fields.tsx'
import { PolicyFilter } from './policy-filter.tsx'

const KINDS = [
  { value: 'arguments', label: 'looks at the arguments' },
  { value: 'rate', label: 'counts the calls' },
  { value: 'totp', label: 'asks for a code (TOTP)' },
]

interface Props {
  /** The one to change; without it a new one is made. */
  readonly guard?: Guard
  readonly onTouch?: (isTouched: boolean) => void
  /** Not told to whoever has gone elsewhere meanwhile. */
  readonly onDone: () => void
}

/** What stands between being allowed to call something and running it. */
export function GuardForm({ guard, onTouch, onDone }: Props) {
  const [draft, setDraft] = useState(() => guardDraftOf(guard))
  const [begunWith] = useState(draft)
  const isTouched = JSON.stringify(draft) !== JSON.stringify(begunWith)
  useEffect(() => onTouch?.(isTouched), [isTouched, onTouch])
  const isFixed = guard !== undefined && isManaged(guard)
  useTellUnsaved(isTouched && !isFixed)
  const servers = useQuery({ queryKey: ['servers'], queryFn: () => read(api.dynamic.$get()) })
  const save = useMutation({
    mutationFn: () => {
      const body = guardBody(draft)
      if (guard) return send('PUT', `/guards/${guard.id}`, body, { version: guard.version })
      return send('POST', '/guards', { ...(draft.id === '' ? {} : { id: draft.id }), ...body })
    },
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['guards'] }),
  })
  const set = (changes: Partial<GuardDraft>) => {
    setDraft({ ...draft, ...changes })
    save.reset()
  }
  const wrong = save.error instanceof ApiError ? save.error.errors : []
  const isShown = wrong.length > 0 && wrong.every(({ path }) => path === 'who' || path === 'what')
  const of = (field: string) => wrong.find(({ path }) => path === field)
  return (
    <Stack gap="sm">
      {!guard && (
        <TextInput
          label="Id"
          description="Lower-case letters, digits, _ and -. Made up when left empty."
          placeholder="no-deleting"
          value={draft.id}
          onChange={(event) => set({ id: event.currentTarget.value.trim() })}
        />
      )}
      <TextInput
        label="Description"
        maxLength={1_024}
        value={draft.description}
        onChange={(event) => set({ description: event.currentTarget.value })}
      />
      <Select
        label="It"
        allowDeselect={false}
        data={KINDS}
        value={draft.kind}
        onChange={(kind) => set({ kind: kind as Guard['kind'] })}
      />
      <PolicyFilter
        label="What"
        hint="What stands behind it: a filter over entries; true is every one."
        reads="any"
        value={draft.what}
        onChange={(what) => set({ what })}
        problem={of('what')}
      />
      <PolicyFilter
        label="Who"
        hint="Whom it stops: a condition on the caller; true is everybody."
        reads="none"
        value={draft.who}
        onChange={(who) => set({ who })}
        problem={of('who')}
      />
      <GuardKindFields draft={draft} onChange={set} />
      <MultiSelect
        label="Servers"
        placeholder={draft.server.length === 0 ? 'Every server' : ''}
        searchable
        limit={100}
        data={['all', ...(servers.data?.servers.map((each) => each.id) ?? [])]}
        value={[...draft.server]}
        onChange={(server) => set({ server })}
      />
      <Switch
        label="Off: every call passes, and the guard is kept"
        checked={draft.status === 'off'}
        onChange={(event) => set({ status: event.currentTarget.checked ? 'off' : 'active' })}
      />
      {save.error && !isShown && <Failure error={save.error} />}
      {!isFixed && (
        <Button
          loading={save.isPending}
          disabled={draft.what.trim() === '' || draft.who.trim() === ''}
          onClick={() => save.mutate(undefined, { onSuccess: onDone })}
        >
          {guard ? 'Save' : 'Make the guard'}
        </Button>
      )}
    </Stack>
  )
}
