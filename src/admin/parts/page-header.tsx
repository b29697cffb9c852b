import { Group, Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { type ReactNode, useRef } from 'react'
import { useArrival } from '../shell/arrival.ts'

/** Characters of a name in the title of the document. */
const MAX_TITLE = 80

interface Props {
  readonly title: string
  readonly children?: ReactNode
  /** What can be done on the page. */
  readonly actions?: ReactNode
}

export function PageHeader({ title, children, actions }: Props) {
  const heading = useRef<HTMLHeadingElement>(null)
  useArrival(heading)
  // Tabs of browsers isolate no text: what would turn it around is taken out.
  useDocumentTitle(`${title.replace(/\p{C}/gu, '').slice(0, MAX_TITLE)} · Facet`)
  return (
    <Group justify="space-between" align="flex-start" mb="md" gap="sm">
      <div>
        <Title
          ref={heading}
          id="content"
          tabIndex={-1}
          order={1}
          size="h2"
          className="foreign clamp"
        >
          {title}
        </Title>
        {children && (
          <Text c="dimmed" size="sm" component="div" className="foreign clamp">
            {children}
          </Text>
        )}
      </div>
      {actions && <Group gap="xs">{actions}</Group>}
    </Group>
  )
}
