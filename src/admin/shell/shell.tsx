import { ActionIcon, AppShell, Burger, Button, Group, Text } from '@mantine/core'
import { useDisclosure, useLocalStorage } from '@mantine/hooks'
import { Link } from 'wouter'
import { useLeaveWarning } from '../parts/use-leave-warning.ts'
import { useUnsaved } from '../servers/use-draft.ts'
import { SignOut } from '../session/sign-out.tsx'
import { ColorScheme } from './color-scheme.tsx'
import logo from './facet.svg'
import { Keys } from './keys.tsx'
import { Navigation } from './navigation.tsx'
import { Pages } from './pages.tsx'
import { useKeys } from './use-keys.ts'
import { useLive } from './use-live.ts'

export function Shell() {
  const [isOpen, navigation] = useDisclosure()
  const [areKeysShown, keys] = useDisclosure()
  const [areKeysOn, setKeysOn] = useLocalStorage({
    key: 'facet-keys',
    defaultValue: true,
    getInitialValueInEffect: false,
  })
  useKeys(areKeysOn, keys.open)
  useLive()
  useLeaveWarning(useUnsaved().length > 0)
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 200, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding="md"
      data-navigation={isOpen ? 'open' : undefined}
    >
      <a href="#content" className="skip">
        Skip to the content
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={navigation.toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={isOpen ? 'Close the navigation' : 'Open the navigation'}
            />
            <Link href="/" aria-label="Facet, overview" className="plain">
              <Group gap="xs" wrap="nowrap">
                <img src={logo} alt="" width={26} height={26} />
                <Text fw={700} c="var(--mantine-color-text)">
                  Facet
                </Text>
              </Group>
            </Link>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <Button component="a" href="/docs" variant="default" visibleFrom="xs">
              API
            </Button>
            <ActionIcon variant="default" size="lg" aria-label="Show the keys" onClick={keys.open}>
              ?
            </ActionIcon>
            <SignOut />
            <ColorScheme />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar aria-label="Pages" data-open={isOpen || undefined}>
        <Navigation onGo={navigation.close} />
      </AppShell.Navbar>
      <AppShell.Main>
        <Pages />
      </AppShell.Main>
      <Keys isOpen={areKeysShown} onClose={keys.close} areOn={areKeysOn} onSwitch={setKeysOn} />
    </AppShell>
  )
}
