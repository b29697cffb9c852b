import type { ReactNode } from 'react'
import { Empty } from '../parts/empty.tsx'
import { useMe } from './use-me.ts'

/** What is for administrators; everybody else is told so. The service refuses them all the same. */
export function AdminOnly({ what, children }: { what: string; children: ReactNode }) {
  const me = useMe()
  const isKept = me !== undefined && me.kind !== 'local' && !me.roles.includes('admin')
  if (!isKept) return children
  return <Empty text={`${what} are for administrators. Sign in with a key of one.`} />
}
