import { Alert, Button } from '@mantine/core'
import { useState } from 'react'

/**
 * What a form was begun with. It follows what the service has until somebody types; from then on
 * it stays, and the version it was begun with goes along when it is saved.
 */
export function useHeld<T extends { readonly version: number }>(latest: T) {
  const [held, hold] = useState(latest)
  const [isTouched, touch] = useState(false)
  const isBehind = latest.version !== held.version
  if (isBehind && !isTouched) hold(latest)
  const reload = () => {
    hold(latest)
    touch(false)
  }
  return { held, touch, notice: isBehind && isTouched ? <Behind reload={reload} /> : null }
}

/** Says that what is being written is not about the latest version, and how to go on. */
export function Behind({ reload }: { reload: () => void }) {
  return (
    <Alert color="yellow" role="alert" title="Somebody else saved this meanwhile" mb="sm">
      What you have written is still here, and cannot be saved over theirs.{' '}
      <Button size="xs" variant="default" onClick={reload}>
        Drop it and load theirs
      </Button>
    </Alert>
  )
}
