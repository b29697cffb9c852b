/**
 * Every error code Facet answers with, its HTTP status and its title.
 *
 * Codes are stable: clients branch on them. A retired code is never used for something else.
 * docs/reference/errors.md lists them; a test compares the two.
 */
export const ERRORS = {
  invalid_request: { status: 400, title: 'The request does not have the right shape' },
  invalid_json: { status: 400, title: 'The body is not JSON' },
  invalid_filter: { status: 400, title: 'A filter is wrong' },
  invalid_cursor: { status: 400, title: 'The cursor is not one this list gave out' },
  invalid_schema: { status: 400, title: 'A JSON Schema is malformed' },
  literal_secret: { status: 400, title: 'A secret is written out' },
  unknown_secret: { status: 400, title: 'A reference names no declared secret' },
  not_available: { status: 400, title: 'The field is not available in this version' },
  not_recorded: { status: 409, title: 'Events are not kept' },
  unauthorized: { status: 401, title: 'A credential is needed' },
  forbidden: { status: 403, title: 'The caller may not do this' },
  insufficient_scope: { status: 403, title: 'The access token lacks a scope' },
  forbidden_host: { status: 403, title: 'The Host header is not allowed' },
  forbidden_origin: { status: 403, title: 'The Origin header is not allowed' },
  stdio_forbidden: { status: 403, title: 'A command cannot be set over REST' },
  not_found: { status: 404, title: 'There is nothing at this address' },
  method_not_allowed: { status: 405, title: 'The address does not take this method' },
  name_taken: { status: 409, title: 'The name is in use' },
  id_taken: { status: 409, title: 'The id is in use' },
  managed_by_source: { status: 409, title: 'The entry belongs to its source' },
  managed_by_file: { status: 409, title: 'The server is defined in a file' },
  managed_by_config: { status: 409, title: 'The source is defined in the configuration file' },
  builtin: { status: 409, title: 'Built-in parts cannot be changed' },
  no_rules: { status: 409, title: 'A server without rules cannot be active' },
  not_under_review: { status: 409, title: 'The server takes entries without review' },
  not_active: { status: 409, title: 'The server is a draft' },
  nothing_held: { status: 409, title: 'No new answer waits to be confirmed' },
  precondition_failed: { status: 412, title: 'Somebody else changed it first' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body is of the wrong media type' },
  too_expensive: { status: 422, title: 'The rules take too much work' },
  too_many_attempts: { status: 429, title: 'Too many attempts to sign in' },
  internal: { status: 500, title: 'Something went wrong inside Facet' },
  server_unusable: { status: 500, title: 'The dynamic server cannot be evaluated' },
  policy_unusable: { status: 500, title: 'A policy cannot be evaluated' },
  upstream_failed: { status: 502, title: 'The upstream answered with an error' },
  storage_failed: { status: 503, title: 'The database could not be written' },
  source_unavailable: { status: 503, title: 'The source cannot be reached' },
  selector_not_configured: { status: 503, title: 'No selector for this rule is configured' },
  selection_failed: { status: 503, title: 'The model of a rule gave no answer' },
  selection_over_budget: { status: 503, title: 'Asking the model would go over the budget' },
  upstream_timeout: { status: 504, title: 'The upstream did not answer in time' },
} as const satisfies Record<string, { status: number; title: string }>

export type ErrorCode = keyof typeof ERRORS
