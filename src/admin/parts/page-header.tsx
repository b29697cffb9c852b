import { Group, Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import type { ReactNode } from 'react'

interface Props {
  readonly title: string
  readonly children?: ReactNode
  /** What can be done on the page. */
  readonly actions?: ReactNode
}

export function PageHeader({ title, children, actions }: Props) {
  useDocumentTitle(`${title} · Facet`)
  return (
    <Group justify="space-between" align="flex-start" mb="md" gap="sm">
      <div>
        <Title order={1} size="h2" className="foreign">
          {title}
        </Title>
        {children && (
          <Text c="dimmed" size="sm" component="div">
            {children}
          </Text>
        )}
      </div>
      {actions && <Group gap="xs">{actions}</Group>}
    </Group>
  )
}
