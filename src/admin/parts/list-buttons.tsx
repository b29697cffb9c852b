import { ActionIcon, type ActionIconProps, Button } from '@mantine/core'
import { Icon } from '../shell/icons.tsx'

interface RemoveProps extends Pick<ActionIconProps, 'size' | 'mt'> {
  /** What a press does, for whoever does not see the picture. */
  readonly label: string
  readonly onClick: () => void
}

/** Takes one of a list away. */
export function RemoveOne({ label, ...props }: RemoveProps) {
  return (
    <ActionIcon variant="default" aria-label={label} {...props}>
      <Icon name="trash" size={16} />
    </ActionIcon>
  )
}

interface AddProps {
  readonly children: string
  readonly onClick: () => void
}

/** Stands below a list and adds one to it. */
export function AddOne({ children, onClick }: AddProps) {
  return (
    <Button
      variant="default"
      size="xs"
      style={{ alignSelf: 'flex-start' }}
      leftSection={<Icon name="plus" size={14} />}
      onClick={onClick}
    >
      {children}
    </Button>
  )
}
