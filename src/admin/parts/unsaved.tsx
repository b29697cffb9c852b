import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { type ReactNode, useCallback, useState } from 'react'
import { type Tell, Told } from './tell-unsaved.ts'
import { useLeaveWarning, useStay } from './use-leave-warning.ts'
import { useTopmost } from './use-topmost.ts'

/**
 * What a dialog does when somebody wants it closed: it asks first while a form in it has told of
 * something unsaved, and is closed at once otherwise.
 */
export function useUnsavedIn(isOpen: boolean, onClose: () => void) {
  const [unsaved, setUnsaved] = useState<readonly string[]>([])
  const [isAsking, asking] = useDisclosure()
  const tell = useCallback<Tell>(
    (who, isUnsaved) =>
      setUnsaved((before) => {
        const others = before.filter((each) => each !== who)
        return isUnsaved ? [...others, who] : others
      }),
    [],
  )
  const isUnsaved = isOpen && unsaved.length > 0
  useLeaveWarning(isUnsaved)
  useStay(isUnsaved, asking.open)
  // Whatever has closed it meanwhile, the next one is not to begin with a question.
  if (!isOpen && isAsking) asking.close()
  return {
    tell,
    // Once everybody has heard the key that was pressed: the question would take it for an answer.
    close: isUnsaved ? () => void setTimeout(asking.open) : onClose,
    question: { isOpen, isAsking: isOpen && isAsking, onStay: asking.close, onDiscard: onClose },
  }
}

interface Props {
  readonly of: ReturnType<typeof useUnsavedIn>
  readonly children: ReactNode
}

/** The inside of a dialog, with the question above it. */
export function Unsaved({ of: { tell, question }, children }: Props) {
  const { isOpen, isAsking, onStay, onDiscard } = question
  const isTopmost = useTopmost(isAsking)
  return (
    <>
      <Told value={tell}>{children}</Told>
      <Modal
        opened={isAsking}
        onClose={onStay}
        closeOnEscape={isTopmost}
        // When both are closed, the focus belongs to what had opened the dialog below.
        returnFocus={isOpen}
        title="This is not saved"
      >
        <Stack>
          <Text size="sm">What you have written here is lost when it is closed.</Text>
          <Group justify="flex-end">
            <Button variant="default" data-autofocus onClick={onStay}>
              Go on writing
            </Button>
            <Button color="red.9" onClick={onDiscard}>
              Discard what is not saved
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}
