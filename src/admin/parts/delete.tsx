import { useMutation } from '@tanstack/react-query'
import { send } from '../api/client.ts'
import { queries } from '../api/queries.ts'
import { Confirm } from './confirm.tsx'

interface Props {
  /** What the button says to those who do not see what it stands beside. */
  readonly name: string
  /** What happens, and to whom. */
  readonly text: string
  readonly path: string
  /** Another one is not deleted: somebody may have changed it meanwhile. */
  readonly version: number
  /** The key of the list it is in. */
  readonly list: string
  /** Not told to whoever has gone elsewhere meanwhile. */
  readonly onDone: () => void
}

/** Deletes one thing, once it was confirmed. */
export function Delete({ name, text, path, version, list, onDone }: Props) {
  const remove = useMutation({
    mutationFn: () => send('DELETE', path, undefined, { version }),
    onSuccess: () => void queries.invalidateQueries({ queryKey: [list] }),
  })
  return (
    <Confirm
      label="Delete"
      name={name}
      text={text}
      act={() => remove.mutateAsync(undefined, { onSuccess: onDone })}
      error={remove.error}
      style={{ alignSelf: 'flex-start' }}
    />
  )
}
