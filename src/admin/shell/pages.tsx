import { lazy, Suspense } from 'react'
import { Route, Switch, useLocation } from 'wouter'
import { Overview } from '../overview/overview.tsx'
import { Loading } from '../parts/loading.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { placeAt } from './navigation.tsx'
import { NotFound } from './not-found.tsx'

const CatalogPage = lazy(async () => ({
  default: (await import('../catalog/catalog.tsx')).CatalogPage,
}))
const ServersPage = lazy(async () => ({
  default: (await import('../servers/servers.tsx')).ServersPage,
}))
const NewServerPage = lazy(async () => ({
  default: (await import('../servers/server-page.tsx')).NewServerPage,
}))
const ServerPage = lazy(async () => ({
  default: (await import('../servers/server-page.tsx')).ServerPage,
}))
const SourcesPage = lazy(async () => ({
  default: (await import('../sources/sources.tsx')).SourcesPage,
}))
const ExplainPage = lazy(async () => ({
  default: (await import('../explain/explain.tsx')).ExplainPage,
}))
const AccessPage = lazy(async () => ({
  default: (await import('../access/access.tsx')).AccessPage,
}))
const EventsPage = lazy(async () => ({
  default: (await import('../events/events.tsx')).EventsPage,
}))

/** The page at each address; all but the first are loaded when somebody goes there. */
export function Pages() {
  return (
    <Suspense fallback={<OnTheWay />}>
      <Switch>
        <Route path="/" component={Overview} />
        <Route path="/catalog" component={CatalogPage} />
        <Route path="/servers" component={ServersPage} />
        <Route path="/servers/new" component={NewServerPage} />
        <Route path="/servers/:id/:tab?" component={ServerPage} />
        <Route path="/sources" component={SourcesPage} />
        <Route path="/explain" component={ExplainPage} />
        <Route path="/access/:tab?" component={AccessPage} />
        <Route path="/events/:tab?" component={EventsPage} />
        <Route component={NotFound} />
      </Switch>
    </Suspense>
  )
}

/** A page that is being loaded is headed like the place it belongs to. */
function OnTheWay() {
  const [location] = useLocation()
  return (
    <>
      <PageHeader title={placeAt(location)?.label ?? 'Facet'} />
      <Loading />
    </>
  )
}
