import { Button, Group } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { send } from '../api/client.ts'
import { queries } from '../api/queries.ts'
import type { Server } from '../api/types.ts'
import { Failure } from '../parts/failure.tsx'
import { bodyOf, patchOf } from './form.ts'
import type { useDraft } from './use-draft.ts'

interface Props {
  readonly server: Server | undefined
  readonly draft: ReturnType<typeof useDraft>
  /** Whether something in it is known not to be accepted. */
  readonly isWrong: boolean
}

export function SaveBar({ server, draft, isWrong }: Props) {
  const [, go] = useLocation()
  const { form, base, isTouched } = draft
  const save = useMutation({
    meta: { done: 'Saved.' },
    mutationFn: (status: Server['status']) => {
      if (!base) return send<Server>('POST', '/dynamic', { ...bodyOf(form), status })
      const patch = { ...patchOf(form), status }
      return send<Server>('PATCH', `/dynamic/${base.id}`, patch, { version: base.version })
    },
    onSuccess: (saved) => {
      draft.settle(saved)
      queries.setQueryData(['server', saved.id], saved)
      void queries.invalidateQueries({ queryKey: ['servers'] })
      go(server ? `/servers/${saved.id}` : `/servers/${saved.id}/connect`)
    },
  })
  const isOff = form.name.trim() === '' || isWrong
  return (
    <>
      {save.error && <Failure error={save.error} />}
      <Group>
        <Button loading={save.isPending} disabled={isOff} onClick={() => save.mutate('active')}>
          {server?.status === 'active' ? 'Save' : 'Save and activate'}
        </Button>
        <Button
          variant="default"
          loading={save.isPending}
          disabled={isOff}
          onClick={() => save.mutate('draft')}
        >
          {server?.status === 'active' ? 'Take offline as a draft' : 'Save as a draft'}
        </Button>
        {isTouched && (
          <Button variant="subtle" onClick={draft.reload}>
            Discard what is not saved
          </Button>
        )}
      </Group>
    </>
  )
}
