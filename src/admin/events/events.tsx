import { PageHeader } from '../parts/page-header.tsx'
import { TabPages } from '../parts/tab-pages.tsx'
import { AdminOnly } from '../session/admin-only.tsx'
import { EventList } from './event-list.tsx'
import { UsageTable } from './usage-table.tsx'

const PAGES = {
  log: { label: 'Log', page: <EventList /> },
  usage: { label: 'Usage', page: <UsageTable /> },
}

/** What was decided and called, and how much of it by whom. */
export function EventsPage({ params: { tab } }: { params: { tab?: string } }) {
  return (
    <>
      <PageHeader title="Events">What was decided and called, and by whom.</PageHeader>
      <AdminOnly what="Events">
        <TabPages base="/events" tab={tab} pages={PAGES} />
      </AdminOnly>
    </>
  )
}
