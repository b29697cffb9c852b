import type { UseContext } from '../use.ts'
import { createWhyDenied, type WhyDeniedContext } from './why-denied.ts'

type Reasons = Pick<UseContext, 'whyDenied' | 'allowedBy'>

/** What events say of decisions about what callers use; no call fails because of it. */
export function createReasons(context: WhyDeniedContext): Reasons {
  const { servers, resolver } = context
  return {
    whyDenied: createWhyDenied(context),
    allowedBy: (id, caller, entry) => {
      try {
        const policy = resolver.permits.allowedBy(servers.get(id), caller, entry)
        return policy && `policy:${policy.id}`
      } catch {
        // The server or a policy was changed since the entry was found.
        return undefined
      }
    },
  }
}
