import { Anchor } from '@mantine/core'
import { Link } from 'wouter'
import { Empty } from '../parts/empty.tsx'
import { PageHeader } from '../parts/page-header.tsx'

export function NotFound() {
  return (
    <>
      <PageHeader title="Nothing here" />
      <Empty text="This address leads to no page. It may have been deleted or renamed.">
        <Anchor component={Link} href="/">
          Go to the overview
        </Anchor>
      </Empty>
    </>
  )
}
