import { Alert, Anchor, Stack } from '@mantine/core'
import { Link } from 'wouter'
import { OpenDoor } from '../access/open-door.tsx'
import type { Server } from '../api/types.ts'
import { useHeld } from '../parts/use-held.tsx'
import { useMe } from '../session/use-me.ts'
import { AccessForm } from './access-form.tsx'

/** Who may use this server, and who may change it. It counts at once, and is not part of versions. */
export function ServerAccess({ server }: { server: Server }) {
  const me = useMe()
  const { held, touch, notice } = useHeld(server)
  return (
    <Stack maw={720}>
      {me?.kind === 'local' && <OpenDoor />}
      {held.origin === 'file' && (
        <Alert color="blue" role="note" title="Written in a file">
          This server comes from a file, so it is changed there.
        </Alert>
      )}
      {notice}
      <AccessForm key={held.version} server={held} onTouch={touch} />
      <Anchor component={Link} size="sm" href={`/access/test?server=${server.id}`}>
        See what somebody may use of this server
      </Anchor>
    </Stack>
  )
}
