import { Button, Stack } from '@mantine/core'
import { Failure } from './failure.tsx'

interface Props {
  readonly of: {
    readonly error: Error | null
    readonly hasNextPage: boolean
    readonly isFetchingNextPage: boolean
    readonly isFetchNextPageError: boolean
    readonly fetchNextPage: () => unknown
  }
  readonly label?: string
}

/** Below a list that is read a page at a time: asks for the next one, and says when that failed. */
export function More({ of, label = 'Show more' }: Props) {
  if (!of.hasNextPage) return null
  return (
    <Stack align="center" mt="md">
      {of.isFetchNextPageError && <Failure error={of.error} />}
      <Button variant="default" loading={of.isFetchingNextPage} onClick={() => of.fetchNextPage()}>
        {label}
      </Button>
    </Stack>
  )
}
