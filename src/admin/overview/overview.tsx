import { Badge, Button, Grid } from '@mantine/core'
import { Link } from 'wouter'
import { Ago } from '../parts/ago.tsx'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { useStats } from '../shell/use-live.ts'
import { Counts } from './counts.tsx'
import { Recent } from './recent.tsx'
import { Steps } from './steps.tsx'
import { Traffic } from './traffic.tsx'

/** How the service is doing, without Grafana. */
export function Overview() {
  const { data: stats, error, refetch } = useStats()
  if (error && !stats) {
    return (
      <>
        <PageHeader title="Overview" />
        <Failure error={error} retry={refetch} />
      </>
    )
  }
  const hasServers = stats && stats.servers.active + stats.servers.draft > 0
  return (
    <>
      <PageHeader
        title="Overview"
        actions={
          stats && (
            <>
              <Health isReached={!error} isDatabaseFine={stats.database === 'ok'} />
              {hasServers && (
                <Button component={Link} href="/servers/new">
                  New server
                </Button>
              )}
            </>
          )
        }
      >
        {stats && (
          <>
            Version {stats.version}, started <Ago at={stats.started_at} />
          </>
        )}
      </PageHeader>
      {!stats ? (
        <Loading />
      ) : (
        <Grid>
          <Grid.Col span={12}>
            <Counts stats={stats} />
          </Grid.Col>
          {!hasServers && (
            <Grid.Col span={12}>
              <Steps hasEntries={Object.values(stats.entries).some((count) => count > 0)} />
            </Grid.Col>
          )}
          <Grid.Col span={{ base: 12, md: 7 }}>
            <Traffic traffic={stats.traffic} />
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 5 }}>
            <Recent changes={stats.recent} />
          </Grid.Col>
        </Grid>
      )}
    </>
  )
}

function Health({ isReached, isDatabaseFine }: { isReached: boolean; isDatabaseFine: boolean }) {
  if (!isReached) return <Badge color="red">Not reachable</Badge>
  if (!isDatabaseFine) return <Badge color="red">The database does not answer</Badge>
  return (
    <Badge color="teal" size="lg">
      Healthy
    </Badge>
  )
}
