import { Group, Paper, SimpleGrid, Text } from '@mantine/core'
import { Link } from 'wouter'
import type { Stats } from '../api/types.ts'
import { counted } from '../parts/counted.ts'

interface Tile {
  readonly label: string
  readonly value: number
  readonly note: string
  readonly href: string
  readonly isBad?: boolean
}

export function Counts({ stats: { entries, servers, sources } }: { stats: Stats }) {
  const down = sources.down + sources.connecting
  const tiles: readonly Tile[] = [
    { label: 'Tools', value: entries.tool, note: 'in the catalog', href: '/catalog?type=tool' },
    {
      label: 'Prompts',
      value: entries.prompt,
      note: 'in the catalog',
      href: '/catalog?type=prompt',
    },
    {
      label: 'Resources',
      value: entries.resource,
      note: `and ${counted(entries.resource_template, 'template')}`,
      href: '/catalog?type=resource',
    },
    {
      label: 'Servers',
      value: servers.active,
      note: servers.draft === 0 ? 'active' : `active, ${counted(servers.draft, 'draft')}`,
      href: '/servers',
    },
    {
      label: 'Sources',
      value: sources.up,
      note: down === 0 ? 'connected' : `connected, ${down} not`,
      href: '/sources',
      isBad: down > 0,
    },
  ]
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }} spacing="sm">
      {tiles.map(({ label, value, note, href, isBad }) => (
        <Paper key={label} component={Link} href={href} withBorder p="md" className="card">
          <Text size="sm" c="dimmed">
            {label}
          </Text>
          <Group gap={6} align="baseline">
            <Text fz={28} fw={700} c="var(--mantine-color-text)">
              {value.toLocaleString('en')}
            </Text>
            <Text size="xs" c={isBad ? 'var(--mantine-color-error)' : 'dimmed'}>
              {note}
            </Text>
          </Group>
        </Paper>
      ))}
    </SimpleGrid>
  )
}
