import { Alert, Text } from '@mantine/core'

/** What it means that there is no credential yet, and how the door is closed. */
export function OpenDoor() {
  return (
    <Alert color="yellow" mb="md" role="note" title="Nobody needs a credential yet">
      <Text size="sm">
        Only this machine reaches the service, and whoever is on it may do everything. To change
        that, make a user with the role admin and give it a key. From its first key on, every
        request needs one: this page signs you in with it, and clients have to send theirs.
      </Text>
    </Alert>
  )
}
