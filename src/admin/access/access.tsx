import { Tabs } from '@mantine/core'
import { useLocation } from 'wouter'
import { Empty } from '../parts/empty.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { useMe } from '../session/use-me.ts'
import { Guards } from './guards.tsx'
import { OpenDoor } from './open-door.tsx'
import { Policies } from './policies.tsx'
import { TestAs } from './test-as.tsx'
import { Users } from './users.tsx'

const TABS = {
  users: 'Users and keys',
  policies: 'Policies',
  guards: 'Guards',
  test: 'Test as',
} as const

/** Who comes in, and what they may use. */
export function AccessPage({ params }: { params: { tab?: string } }) {
  const { tab = 'users' } = params
  const [, go] = useLocation()
  const me = useMe()
  const isKept = me !== undefined && me.kind !== 'local' && !me.roles.includes('admin')
  return (
    <>
      <PageHeader title="Access">Who comes in, and what they may use.</PageHeader>
      {me?.kind === 'local' && <OpenDoor />}
      {isKept ? (
        <Empty text="Users, keys, policies and guards are for administrators. Sign in with a key of one." />
      ) : (
        <Tabs value={tab} onChange={(next) => go(`/access/${next}`)} keepMounted={false}>
          <Tabs.List mb="md">
            {Object.entries(TABS).map(([value, label]) => (
              <Tabs.Tab key={value} value={value}>
                {label}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value="users">
            <Users />
          </Tabs.Panel>
          <Tabs.Panel value="policies">
            <Policies />
          </Tabs.Panel>
          <Tabs.Panel value="guards">
            <Guards />
          </Tabs.Panel>
          <Tabs.Panel value="test">
            <TestAs />
          </Tabs.Panel>
        </Tabs>
      )}
    </>
  )
}
