import { Group, Kbd, Modal, Stack, Text } from '@mantine/core'
import { PLACES } from './navigation.tsx'

const KEYS: readonly (readonly [keys: readonly string[], does: string])[] = [
  [['/'], 'Search or filter on this page'],
  [['?'], 'Show these keys'],
  ...PLACES.map(({ key, label }) => [['g', key], `Go to ${label}`] as const),
  [['Enter'], 'Open the row that has the focus'],
  [['Esc'], 'Close what is open'],
]

export function Keys({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Modal opened={isOpen} onClose={onClose} title="Keys">
      <Stack gap="xs">
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
