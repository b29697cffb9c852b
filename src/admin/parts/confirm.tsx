import { Button, type ButtonProps, Group, Modal, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Failure } from './failure.tsx'
import { useTopmost } from './use-topmost.ts'

interface Props extends ButtonProps {
  /** What the button says, also to those who do not see what it stands beside. */
  readonly label: string
  readonly name?: string
  /** What happens, and to whom. */
  readonly text: string
  readonly act: () => Promise<unknown>
  readonly error: Error | null
}

/** A button for what cannot be taken back: it says what will happen and asks once more. */
export function Confirm({ label, name = label, text, act, error, ...button }: Props) {
  const [isAsking, asking] = useDisclosure()
  const isTopmost = useTopmost(isAsking)
  const [isActing, acting] = useDisclosure()
  const confirm = async () => {
    acting.open()
    await act().then(asking.close, () => undefined)
    acting.close()
  }
  return (
    <>
      <Button variant="default" size="xs" aria-label={name} {...button} onClick={asking.open}>
        {label}
      </Button>
      <Modal
        opened={isAsking}
        onClose={asking.close}
        closeOnEscape={isTopmost}
        // What was confirmed may have opened another dialog, which keeps the focus.
        returnFocus={false}
        title={name}
        className="foreign"
      >
        <Stack>
          <Text size="sm" className="foreign">
            {text}
          </Text>
          {error && <Failure error={error} />}
          <Group justify="flex-end">
            <Button variant="default" data-autofocus onClick={asking.close}>
              Leave it
            </Button>
            <Button color="red.9" loading={isActing} onClick={confirm}>
              {label}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}
