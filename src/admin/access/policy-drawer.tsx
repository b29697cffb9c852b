import { Alert, Drawer, Stack } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { api, read, send } from '../api/client.ts'
import { queries } from '../api/queries.ts'
import type { Policy } from '../api/types.ts'
import { Confirm } from '../parts/confirm.tsx'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { useHeld } from '../parts/use-held.tsx'
import { useTopmost } from '../parts/use-topmost.ts'
import { PolicyForm } from './policy-form.tsx'

interface Props {
  /** Empty for none. */
  readonly id: string
  readonly onClose: () => void
}

export function PolicyDrawer({ id, onClose }: Props) {
  const isTopmost = useTopmost(id !== '')
  const { data, error } = useQuery({
    queryKey: ['policies', id],
    queryFn: () => read(api.policies[':id'].$get({ param: { id } })),
    enabled: id !== '',
    retry: false,
  })
  return (
    <Drawer
      opened={id !== ''}
      onClose={onClose}
      closeOnEscape={isTopmost}
      position="right"
      size="lg"
      title={`Policy ${id}`}
    >
      {error ? (
        <Failure error={error} />
      ) : data ? (
        <Details key={data.id} policy={data} onClose={onClose} />
      ) : (
        <Loading />
      )}
    </Drawer>
  )
}

function Details({ policy, onClose }: { policy: Policy; onClose: () => void }) {
  const { held, touch, notice } = useHeld(policy)
  const isManaged = policy.origin === 'config' || policy.origin === 'file'
  const remove = useMutation({
    mutationFn: () =>
      send('DELETE', `/policies/${policy.id}`, undefined, { version: policy.version }),
    onSuccess: () => {
      onClose()
      return queries.invalidateQueries({ queryKey: ['policies'] })
    },
  })
  return (
    <Stack>
      {isManaged && (
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
      {!isManaged && (
        <Confirm
          label="Delete"
          name={`Delete the policy ${policy.id}`}
          text={
            policy.effect === 'deny'
              ? 'Whoever it kept out may come in from the next request on.'
              : 'Whom nothing else lets in is shut out from the next request on.'
          }
          act={remove.mutateAsync}
          error={remove.error}
          style={{ alignSelf: 'flex-start' }}
        />
      )}
    </Stack>
  )
}
