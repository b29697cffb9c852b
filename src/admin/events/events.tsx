import { Tabs } from '@mantine/core'
import { useLocation } from 'wouter'
import { Empty } from '../parts/empty.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { useMe } from '../session/use-me.ts'
import { EventList } from './event-list.tsx'
import { UsageTable } from './usage-table.tsx'

const TABS = { log: 'Log', usage: 'Usage' } as const

/** What was decided and called, and how much of it by whom. */
export function EventsPage({ params }: { params: { tab?: string } }) {
  const { tab = 'log' } = params
  const [, go] = useLocation()
  const me = useMe()
  const isKept = me !== undefined && me.kind !== 'local' && !me.roles.includes('admin')
  return (
    <>
      <PageHeader title="Events">What was decided and called, and by whom.</PageHeader>
      {isKept ? (
        <Empty text="Events are for administrators. Sign in with a key of one." />
      ) : (
        <Tabs value={tab} onChange={(next) => go(`/events/${next}`)} keepMounted={false}>
          <Tabs.List mb="md">
            {Object.entries(TABS).map(([value, label]) => (
              <Tabs.Tab key={value} value={value}>
                {label}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value="log">
            <EventList />
          </Tabs.Panel>
          <Tabs.Panel value="usage">
            <UsageTable />
          </Tabs.Panel>
        </Tabs>
      )}
    </>
  )
}
