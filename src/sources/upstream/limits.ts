/** Bounds on what an upstream can make us hold or wait for. All sizes are bytes, times ms. */
export const UPSTREAM_LIMITS = {
  /** One message: a page of a list, or the result of a call. */
  messageBytes: 10 * 2 ** 20,
  /** Pages of one list. */
  pages: 1_000,
  /** Entries of one source. */
  entries: 20_000,
  /** Skipped entries reported in the status of a source. */
  skipped: 100,
  connectMs: 15_000,
  listMs: 30_000,
  /** Wait after the first failure; doubles with each further one. */
  backoffMs: 1_000,
  maxBackoffMs: 60_000,
  /** Changes announced within this time are listed together. */
  changeMs: 100,
  /** How long an address to sign in at is good. */
  signInMs: 20 * 60 * 1_000,
  /** How long a verdict "speaks only the older protocol" is believed. */
  legacyVerdictMs: 24 * 60 * 60 * 1_000,
  /** Connections to one upstream that serve one client each, beside the first. */
  pooledConnections: 100,
  /** How long such a connection is kept when nobody uses it. */
  pooledIdleMs: 5 * 60 * 1_000,
  /** Call that reports progress: the total. */
  callTotalMs: 60 * 60 * 1_000,
}

export type UpstreamLimits = typeof UPSTREAM_LIMITS
