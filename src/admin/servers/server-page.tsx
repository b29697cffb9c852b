import { Badge, Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { useLocation } from 'wouter'
import { api, read } from '../api/client.ts'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { PageHeader } from '../parts/page-header.tsx'
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

const TABS = {
  rules: 'Rules',
  access: 'Access',
  connect: 'Connect',
  playground: 'Playground',
  review: 'Review',
  history: 'History',
} as const

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

export function ServerPage({ params }: { params: { id: string; tab?: string } }) {
  const { id, tab = 'rules' } = params
  const [, go] = useLocation()
  const unsaved = useUnsaved()
  const { data: server, error } = useQuery({
    queryKey: ['server', id],
    queryFn: () => read(api.dynamic[':id'].$get({ param: { id } })),
  })
  if (error) {
    return (
      <>
        <PageHeader title={id} />
        <Failure error={error} />
      </>
    )
  }
  if (!server) return <Loading />
  return (
    <>
      <PageHeader
        title={server.name}
        actions={
          <>
            {unsaved.includes(id) && (
              <Badge size="lg" color="yellow">
                not saved
              </Badge>
            )}
            <Badge size="lg" color={server.status === 'active' ? 'teal' : 'gray'}>
              {server.status}
            </Badge>
          </>
        }
      >
        {server.description ?? server.mcp_path}
      </PageHeader>
      <Tabs value={tab} onChange={(next) => go(`/servers/${id}/${next}`)} keepMounted={false}>
        <Tabs.List mb="md">
          {Object.entries(TABS).map(([value, label]) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="rules">
          <Suspense fallback={<Loading />}>
            <Builder server={server} />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="access">
          <Suspense fallback={<Loading />}>
            <Access server={server} />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="connect">
          <Connect id={id} isActive={server.status === 'active'} />
        </Tabs.Panel>
        <Tabs.Panel value="playground">
          <Suspense fallback={<Loading />}>
            <Playground id={id} isActive={server.status === 'active'} />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="review">
          <Review server={server} />
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <History server={server} />
        </Tabs.Panel>
      </Tabs>
    </>
  )
}
