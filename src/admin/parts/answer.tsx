import type { ReactNode } from 'react'
import { Failure } from './failure.tsx'
import { Loading } from './loading.tsx'

interface Props<T> {
  readonly of: {
    readonly data: T | undefined
    readonly error: Error | null
    readonly refetch: () => unknown
    /** Of a list: what failed is its next page, which is told where that was asked for. */
    readonly isFetchNextPageError?: boolean
  }
  /** Lines drawn while it is waited for. */
  readonly rows?: number
  readonly children: (data: T) => ReactNode
}

/**
 * What the service was asked: still waited for, failed, or answered. An answer stays when asking
 * again fails, and with it what is being written about it; the failure stands above.
 */
export function Answer<T>({ of, rows, children }: Props<T>) {
  const { data, error, refetch, isFetchNextPageError = false } = of
  return (
    <>
      {error && !isFetchNextPageError && <Failure error={error} retry={() => refetch()} />}
      {data === undefined ? !error && <Loading rows={rows} /> : children(data)}
    </>
  )
}
