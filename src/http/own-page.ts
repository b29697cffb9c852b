import type { Context } from 'hono'
import { isOwnPage } from '../access/session-cookie.ts'
import type { Env } from './context.ts'

/** Whether a page of this service made the request; only then its cookie counts. */
export function isFromOwnPage(c: Context<Env>, publicUrl: string | undefined): boolean {
  const own = [new URL(c.req.url).origin, publicUrl && new URL(publicUrl).origin]
  return isOwnPage((name) => c.req.header(name), own)
}
