import { Button, Modal, Stack, Text } from '@mantine/core'
import { CodeBlock } from '../parts/code.tsx'
import { useTopmost } from '../parts/use-topmost.ts'
import type { MadeKey } from './take-key.ts'

interface Props {
  readonly made: MadeKey | undefined
  readonly onClose: () => void
}

/** A new key, this once; closing forgets it. A click beside it is no reason to lose it. */
export function KeyShown({ made, onClose }: Props) {
  useTopmost(made !== undefined)
  return (
    <Modal
      opened={made !== undefined}
      onClose={onClose}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
      title="Copy the key now"
      size="lg"
    >
      {made && (
        <Stack>
          <Text size="sm">
            It is shown this once: the service keeps only a digest of it. Hand it over where nobody
            else reads it.
          </Text>
          <CodeBlock label="key" text={made.key} />
          <Button onClick={onClose}>I have it</Button>
        </Stack>
      )}
    </Modal>
  )
}
