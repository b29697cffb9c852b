import { NavLink, Stack } from '@mantine/core'
import { Link, useLocation } from 'wouter'
import { Icon, type IconName } from './icons.tsx'

export const PLACES: readonly { path: string; label: string; icon: IconName; key: string }[] = [
  { path: '/', label: 'Overview', icon: 'overview', key: 'o' },
  { path: '/catalog', label: 'Catalog', icon: 'catalog', key: 'c' },
  { path: '/servers', label: 'Servers', icon: 'servers', key: 's' },
  { path: '/sources', label: 'Sources', icon: 'sources', key: 'u' },
  { path: '/explain', label: 'Explain', icon: 'explain', key: 'e' },
  { path: '/access', label: 'Access', icon: 'access', key: 'a' },
  { path: '/events', label: 'Events', icon: 'events', key: 'v' },
]

/** The place an address belongs to. */
export const placeAt = (location: string) =>
  PLACES.find(({ path }) => (path === '/' ? location === '/' : location.startsWith(path)))

export function Navigation({ onGo }: { onGo: () => void }) {
  const [location] = useLocation()
  return (
    <Stack gap={4} p="sm">
      {PLACES.map(({ path, label, icon }) => {
        const isHere = placeAt(location)?.path === path
        return (
          <NavLink
            key={path}
            component={Link}
            href={path}
            label={label}
            leftSection={<Icon name={icon} />}
            active={isHere}
            aria-current={isHere ? 'page' : undefined}
            onClick={onGo}
            variant="light"
            styles={{ root: { borderRadius: 'var(--mantine-radius-md)' } }}
          />
        )
      })}
    </Stack>
  )
}
