import { PageHeader } from '../parts/page-header.tsx'
import { TabPages } from '../parts/tab-pages.tsx'
import { AdminOnly } from '../session/admin-only.tsx'
import { useMe } from '../session/use-me.ts'
import { Guards } from './guards.tsx'
import { OpenDoor } from './open-door.tsx'
import { Policies } from './policies.tsx'
import { TestAs } from './test-as.tsx'
import { Users } from './users.tsx'

const PAGES = {
  users: { label: 'Users and keys', page: <Users /> },
  policies: { label: 'Policies', page: <Policies /> },
  guards: { label: 'Guards', page: <Guards /> },
  test: { label: 'Test as', page: <TestAs /> },
}

/** Who comes in, and what they may use. */
export function AccessPage({ params: { tab } }: { params: { tab?: string } }) {
  const me = useMe()
  return (
    <>
      <PageHeader title="Access">Who comes in, and what they may use.</PageHeader>
      {me?.kind === 'local' && <OpenDoor />}
      <AdminOnly what="Users, keys, policies and guards">
        <TabPages base="/access" tab={tab} pages={PAGES} />
      </AdminOnly>
    </>
  )
}
