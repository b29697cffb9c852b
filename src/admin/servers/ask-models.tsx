import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { send } from '../api/client.ts'
import { queries } from '../api/queries.ts'
import type { Preview } from '../api/types.ts'
import { Failure } from '../parts/failure.tsx'
import type { ServerForm } from './form.ts'
import { previewOf } from './use-preview.ts'

interface Props {
  readonly preview: Preview
  readonly id: string | undefined
  readonly form: ServerForm
}

/** Nothing is asked, and nothing spent, before somebody has seen what it takes. */
export function AskModels({ preview, id, form }: Props) {
  const unjudged = preview.rules.reduce((sum, each) => sum + (each.selection?.unjudged ?? 0), 0)
  const ask = useMutation({
    mutationFn: () => {
      const { path, body } = previewOf(id, form)
      return send('POST', `${path}&ask=true`, body)
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['server'] }),
  })
  if (unjudged === 0) return null
  return (
    <>
      <Button size="xs" variant="default" loading={ask.isPending} onClick={() => ask.mutate()}>
        Ask the model about {unjudged === 1 ? 'one entry' : `${unjudged} entries`}
      </Button>
      {ask.error && <Failure error={ask.error} />}
    </>
  )
}
