import { Button, Group, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { send } from '../api/client.ts'
import { isManaged } from '../api/origin.ts'
import { keep, queries } from '../api/queries.ts'
import type { Server } from '../api/types.ts'
import { Delete } from '../parts/delete.tsx'
import { Failure } from '../parts/failure.tsx'
import { bodyOf, patchOf, type ServerForm } from './form.ts'
import type { useDraft } from './use-draft.ts'

interface Props {
  readonly server: Server | undefined
  readonly draft: ReturnType<typeof useDraft>
  /** Whether something in it is known not to be accepted. */
  readonly isWrong: boolean
}

interface Wanted {
  readonly status: Server['status']
  readonly form: ServerForm
}

export function SaveBar({ server, draft, isWrong }: Props) {
  const [, go] = useLocation()
  const { form, base, isTouched } = draft
  const save = useMutation({
    meta: { done: 'Saved.' },
    mutationFn: ({ status, form }: Wanted) => {
      if (!base) return send<Server>('POST', '/dynamic', { ...bodyOf(form), status })
      const patch = { ...patchOf(form), status }
      return send<Server>('PATCH', `/dynamic/${base.id}`, patch, { version: base.version })
    },
    onSuccess: async (saved, sent) => {
      await keep(['server', saved.id], saved)
      draft.settle(saved, sent.form)
      void queries.invalidateQueries({ queryKey: ['servers'] })
    },
  })
  const saveAs = (status: Server['status']) => {
    const here = window.location.pathname
    save.mutate(
      { status, form },
      {
        // Nobody who has gone elsewhere meanwhile is called back: this page stays mounted, out of
        // sight, until the next one is loaded.
        onSuccess: ({ id }) => {
          if (window.location.pathname !== here) return
          go(server ? `/servers/${id}` : `/servers/${id}/connect`)
        },
      },
    )
  }
  const reason = whyNot(form, isWrong)
  const isOff = reason !== undefined
  return (
    <>
      {save.error && <Failure error={save.error} />}
      <Group>
        <Button loading={save.isPending} disabled={isOff} onClick={() => saveAs('active')}>
          {server?.status === 'active' ? 'Save' : 'Save and activate'}
        </Button>
        <Button
          variant="default"
          loading={save.isPending}
          disabled={isOff}
          onClick={() => saveAs('draft')}
        >
          {server?.status === 'active' ? 'Take offline as a draft' : 'Save as a draft'}
        </Button>
        {isTouched && (
          <Button variant="subtle" onClick={draft.reload}>
            Discard what is not saved
          </Button>
        )}
        {base && !isManaged(base) && (
          <Delete
            name={`Delete the server ${base.id}`}
            text="Its clients are refused at once, and its versions are gone. Its entries stay in the catalog."
            path={`/dynamic/${base.id}`}
            version={base.version}
            list="servers"
            onDone={() => {
              draft.reload()
              go('/servers')
            }}
          />
        )}
      </Group>
      {(reason !== undefined || (save.isSuccess && !isTouched)) && (
        <Text size="sm" c="dimmed">
          {reason ?? 'Saved.'}
        </Text>
      )}
    </>
  )
}

/** Why it cannot be saved as it is. */
function whyNot({ name }: ServerForm, isWrong: boolean): string | undefined {
  if (name.trim() === '') return 'Give it a name to save it.'
  return isWrong ? 'It can be saved when its mistakes are mended.' : undefined
}
