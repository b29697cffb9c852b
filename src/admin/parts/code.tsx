import { ActionIcon, Box, Code, CopyButton } from '@mantine/core'
import { Icon } from '../shell/icons.tsx'
import { announce } from './announce.tsx'

/** A text to copy; it scrolls sideways and is reachable by the keyboard. */
export function CodeBlock({ text, label }: { text: string; label: string }) {
  return (
    <Box pos="relative">
      <Code
        block
        pr={48}
        tabIndex={0}
        role="region"
        aria-label={label}
        bg="var(--mantine-color-body)"
        bd="1px solid var(--mantine-color-default-border)"
        style={{ overflow: 'auto' }}
      >
        {text}
      </Code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <ActionIcon
            variant="default"
            pos="absolute"
            top={6}
            right={6}
            onClick={() => {
              copy()
              announce('Copied.')
            }}
            aria-label={copied ? `Copied: ${label}` : `Copy: ${label}`}
            color={copied ? 'teal' : undefined}
          >
            <Icon name="copy" size={16} />
          </ActionIcon>
        )}
      </CopyButton>
    </Box>
  )
}
