/** Checks that fail, by scenario. Any other failure fails the run, and so does one that passes. */
export type Expected = Readonly<Record<string, readonly string[]>>

/** Nothing may fail over an upstream that speaks 2026-07-28, nor for older clients over any. */
export const NOTHING: Expected = {}

/**
 * What fails for a current client over an upstream from before 2026-07-28. In each a tool or prompt
 * asks the client for something. Such an upstream asks in the middle of the call, when a current
 * client cannot be asked: so the upstream is not told that anybody can be asked, and it fails.
 */
export const OLD_UPSTREAM: Expected = {
  'server-stateless': ['sep-2575-http-server-no-independent-requests-on-stream'],
  'input-required-result-basic-elicitation': ['sep-2322-elicitation-incomplete'],
  'input-required-result-basic-sampling': ['sep-2322-sampling-incomplete'],
  'input-required-result-basic-list-roots': ['sep-2322-list-roots-incomplete'],
  'input-required-result-request-state': ['sep-2322-request-state-incomplete'],
  'input-required-result-multiple-input-requests': ['sep-2322-multiple-inputs-incomplete'],
  'input-required-result-multi-round': ['sep-2322-multi-round-r1'],
  'input-required-result-non-tool-request': ['sep-2322-non-tool-incomplete'],
  'input-required-result-result-type': ['sep-2322-result-type-included'],
  'input-required-result-tampered-state': ['sep-2322-reject-tampered-state'],
  'input-required-result-capability-check': ['sep-2322-respect-client-capabilities'],
}

/** An extension, which the suite runs and does not score: Facet does not advertise it. */
export const UNSCORED = /^tasks-/
