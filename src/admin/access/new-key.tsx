import { Button, MultiSelect, Select, Stack, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, read } from '../api/client.ts'
import type { User } from '../api/types.ts'
import { Failure } from '../parts/failure.tsx'
import { useTellUnsaved } from '../parts/tell-unsaved.ts'
import { type MadeKey, takeKey } from './take-key.ts'

const ENDS = [
  { value: '1', label: 'in a day' },
  { value: '30', label: 'in 30 days' },
  { value: '90', label: 'in 90 days' },
  { value: '365', label: 'in a year' },
  { value: 'never', label: 'never' },
]

/** A key that nobody says anything of ends in so many days. */
const USUAL = '90'

interface Props {
  readonly user: User
  /** Whether it is the first key of all: that one is not limited, or nobody could go on. */
  readonly isFirst: boolean
  readonly onMade: (key: MadeKey) => void
}

export function NewKey({ user, isFirst, onMade }: Props) {
  const [name, setName] = useState('')
  const [ends, setEnds] = useState(isFirst ? 'never' : USUAL)
  const [servers, setServers] = useState<string[]>([])
  const [roles, setRoles] = useState<string[]>([])
  const isLimited = servers.length + roles.length > 0
  useTellUnsaved(name.trim() !== '' || isLimited || (!isFirst && ends !== USUAL))
  const list = useQuery({ queryKey: ['servers'], queryFn: () => read(api.dynamic.$get()) })
  const make = useMutation({
    mutationFn: () =>
      takeKey(
        `/users/${encodeURIComponent(user.id)}/keys`,
        {
          ...(name.trim() === '' ? {} : { name: name.trim() }),
          ...(ends === 'never' ? {} : { expires_in_days: Number(ends) }),
          ...(servers.length === 0 ? {} : { servers }),
          ...(roles.length === 0 ? {} : { roles }),
        },
        isFirst,
      ),
    onSuccess: onMade,
  })
  return (
    <Stack gap="sm" p="sm" className="card">
      <TextInput
        label="What it is for"
        placeholder="Laptop"
        maxLength={256}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {!isFirst && (
        <>
          <Select
            label="Ends"
            data={ENDS}
            allowDeselect={false}
            value={ends}
            onChange={(value) => setEnds(value ?? 'never')}
          />
          <MultiSelect
            label="Only for these servers"
            placeholder={servers.length === 0 ? 'All servers' : ''}
            searchable
            limit={100}
            data={['all', ...(list.data?.servers.map(({ id }) => id) ?? [])]}
            value={servers}
            onChange={setServers}
          />
          <MultiSelect
            label="Only with these roles"
            placeholder={roles.length === 0 ? 'All roles of the user' : ''}
            data={[...user.roles]}
            value={roles}
            onChange={setRoles}
          />
        </>
      )}
      {make.error && <Failure error={make.error} />}
      <Button loading={make.isPending} onClick={() => make.mutate()}>
        Make the key
      </Button>
    </Stack>
  )
}
