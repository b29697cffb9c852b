import { Alert, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api, read } from '../api/client.ts'
import { isManaged } from '../api/origin.ts'
import type { Policy } from '../api/types.ts'
import { Answer } from '../parts/answer.tsx'
import { Delete } from '../parts/delete.tsx'
import { SideDrawer } from '../parts/side-drawer.tsx'
import { useHeld } from '../parts/use-held.tsx'
import { PolicyForm } from './policy-form.tsx'

interface Props {
  /** Empty for none. */
  readonly id: string
  readonly onClose: () => void
}

export function PolicyDrawer({ id, onClose }: Props) {
  const policy = useQuery({
    queryKey: ['policies', id],
    queryFn: () => read(api.policies[':id'].$get({ param: { id } })),
    enabled: id !== '',
    retry: false,
  })
  return (
    <SideDrawer title={`Policy ${id}`} isOpen={id !== ''} onClose={onClose}>
      <Answer of={policy}>
        {(data) => <Details key={data.id} policy={data} onClose={onClose} />}
      </Answer>
    </SideDrawer>
  )
}

function Details({ policy, onClose }: { policy: Policy; onClose: () => void }) {
  const { held, touch, notice } = useHeld(policy)
  return (
    <Stack>
      {isManaged(policy) && (
        <Alert color="blue" role="note" title="Written in the configuration">
          This policy is changed there.
        </Alert>
      )}
      {policy.problem && (
        <Alert color="yellow" role="note" title="This policy cannot be used">
          {policy.problem} Until it is mended, nobody it could concern is let in.
        </Alert>
      )}
      {notice}
      <PolicyForm key={held.version} policy={held} onTouch={touch} onDone={onClose} />
      {!isManaged(policy) && (
        <Delete
          name={`Delete the policy ${policy.id}`}
          text={
            policy.effect === 'deny'
              ? 'Whoever it kept out may come in from the next request on.'
              : 'Whom nothing else lets in is shut out from the next request on.'
          }
          path={`/policies/${policy.id}`}
          version={policy.version}
          list="policies"
          onDone={onClose}
        />
      )}
    </Stack>
  )
}
