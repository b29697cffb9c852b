import { Group, Kbd, Modal, Stack, Switch, Text } from '@mantine/core'
import { PLACES } from './navigation.tsx'

const KEYS: readonly (readonly [keys: readonly string[], does: string])[] = [
  [['/'], 'Search or filter on this page'],
  [['?'], 'Show these keys'],
  ...PLACES.map(({ key, label }) => [['g', key], `Go to ${label}`] as const),
  [['Enter'], 'Open the row that has the focus'],
  [['Esc'], 'Close what is open'],
]

interface Props {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly areOn: boolean
  readonly onSwitch: (areOn: boolean) => void
}

/** The keys, and a switch for those who press letters without meaning them: by voice, for one. */
export function Keys({ isOpen, onClose, areOn, onSwitch }: Props) {
  return (
    <Modal opened={isOpen} onClose={onClose} title="Keys">
      <Stack gap="xs">
        <Switch
          label="Letters and signs do something"
          description="Tab, Enter and Esc always do."
          checked={areOn}
          onChange={(event) => onSwitch(event.currentTarget.checked)}
        />
        {KEYS.map(([keys, does]) => (
          <Group key={does} justify="space-between">
            <Text size="sm">{does}</Text>
            <Group gap={4}>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </Group>
          </Group>
        ))}
      </Stack>
    </Modal>
  )
}
