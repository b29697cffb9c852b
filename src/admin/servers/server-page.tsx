import { Badge } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { api, read } from '../api/client.ts'
import type { Server } from '../api/types.ts'
import { Answer } from '../parts/answer.tsx'
import { Loading } from '../parts/loading.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { TabPages } from '../parts/tab-pages.tsx'
import { Connect } from './connect.tsx'
import { History } from './history.tsx'
import { Review } from './review.tsx'
import { useUnsaved } from './use-draft.ts'

const Builder = lazy(() => import('./builder.tsx').then((module) => ({ default: module.Builder })))

const Access = lazy(() =>
  import('./server-access.tsx').then((module) => ({ default: module.ServerAccess })),
)

const Playground = lazy(() =>
  import('../playground/playground.tsx').then((module) => ({ default: module.Playground })),
)

export function NewServerPage() {
  return (
    <>
      <PageHeader title="New server">
        Say what belongs in it; the preview shows what that is.
      </PageHeader>
      <Suspense fallback={<Loading />}>
        <Builder />
      </Suspense>
    </>
  )
}

export function ServerPage({ params: { id, tab } }: { params: { id: string; tab?: string } }) {
  const server = useQuery({
    queryKey: ['server', id],
    queryFn: () => read(api.dynamic[':id'].$get({ param: { id } })),
  })
  return (
    <>
      {!server.data && <PageHeader title={id} />}
      <Answer of={server}>{(data) => <Shown key={data.id} server={data} tab={tab} />}</Answer>
    </>
  )
}

function Shown({ server, tab }: { server: Server; tab: string | undefined }) {
  const { id, name, description, mcp_path, status } = server
  const isUnsaved = useUnsaved().includes(id)
  const isActive = status === 'active'
  const pages = {
    rules: { label: 'Rules', page: <Builder server={server} /> },
    access: { label: 'Access', page: <Access server={server} /> },
    connect: { label: 'Connect', page: <Connect id={id} isActive={isActive} /> },
    playground: { label: 'Playground', page: <Playground id={id} isActive={isActive} /> },
    review: { label: 'Review', page: <Review server={server} /> },
    history: { label: 'History', page: <History server={server} /> },
  }
  return (
    <>
      <PageHeader
        title={name}
        actions={
          <>
            {isUnsaved && (
              <Badge size="lg" color="yellow">
                not saved
              </Badge>
            )}
            <Badge size="lg" color={isActive ? 'teal' : 'gray'}>
              {status}
            </Badge>
          </>
        }
      >
        {description ?? mcp_path}
      </PageHeader>
      <TabPages base={`/servers/${id}`} tab={tab} pages={pages} />
    </>
  )
}
