import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export type Metrics = ReturnType<typeof createMetrics>

const SECONDS = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30]

/** Names a metric may spend on one label; whatever comes later is `other`. */
const MAX_SERVERS = 200

/**
 * All metrics, in a registry of their own. Labels are never free text, callers or tool names;
 * docs/reference/metrics.md and grafana/facet.json are compared with this list by tests.
 */
export function createMetrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'facet_' })
  const registers = [registry]
  const counter = <T extends string>(name: string, help: string, labelNames: T[] = []) =>
    new Counter({ name: `facet_${name}`, help, labelNames, registers })
  const gauge = <T extends string>(name: string, help: string, labelNames: T[] = []) =>
    new Gauge({ name: `facet_${name}`, help, labelNames, registers })
  const seconds = <T extends string>(name: string, help: string, labelNames: T[] = []) =>
    new Histogram({ name: `facet_${name}_seconds`, help, labelNames, registers, buckets: SECONDS })
  return {
    registry,
    serverLabel: createServerLabel(),
    ruleEvaluations: counter(
      'rule_evaluations_total',
      'Rules evaluated over the catalog, by how it ended.',
      ['mode', 'type', 'outcome'],
    ),
    ruleRechecks: counter(
      'rule_rechecks_total',
      'Filters evaluated over one entry because it changed.',
      ['type'],
    ),
    ruleEvaluationDuration: seconds('rule_evaluation_duration', 'Time to evaluate one rule.', [
      'mode',
    ]),
    viewRequests: counter('view_requests_total', 'Views asked for, and whether one was ready.', [
      'kind',
      'result',
    ]),
    mcpRequests: counter('mcp_requests_total', 'MCP requests served.', [
      'method',
      'era',
      'outcome',
    ]),
    mcpRequestDuration: seconds('mcp_request_duration', 'Time to serve one MCP request.', [
      'method',
    ]),
    toolCalls: counter('tool_calls_total', 'Tool calls, by how they ended.', [
      'server',
      'source',
      'outcome',
    ]),
    toolCallDuration: seconds('tool_call_duration', 'Time a tool call took at its source.', [
      'source',
    ]),
    guardDecisions: counter(
      'guard_decisions_total',
      'What guards said of calls and requests they stand before.',
      ['kind', 'outcome'],
    ),
    guardUnlocks: counter(
      'guard_unlocks_total',
      'Codes typed to unlock a group, by how it ended.',
      ['outcome'],
    ),
    listChanged: counter('list_changed_total', 'Changed lists announced to clients.', [
      'server',
      'type',
    ]),
    llmRequests: counter('llm_requests_total', 'Requests to models, by how they ended.', [
      'provider',
      'outcome',
    ]),
    llmRequestDuration: seconds('llm_request_duration', 'Time of one request to a model.', [
      'provider',
    ]),
    llmTokens: counter('llm_tokens_total', 'Tokens read and written by models.', [
      'provider',
      'direction',
    ]),
    llmCache: counter('llm_cache_total', 'Verdicts looked for before asking a model.', ['result']),
    llmInvalidPicks: counter(
      'llm_invalid_picks_total',
      'Picks of models that named nothing they were shown.',
      ['provider'],
    ),
    selectionRuns: counter(
      'selection_runs_total',
      'Runs of models over the candidates of a rule, by how they ended.',
      ['outcome'],
    ),
    selectionRunDuration: seconds('selection_run_duration', 'Time of one run over candidates.'),
    selectionRules: gauge('selection_rules', 'Open rules that are answered by meaning.', [
      'mode',
      'state',
    ]),
    selectionUnjudged: gauge(
      'selection_unjudged_entries',
      'Candidates of the rules of a server that nobody has judged.',
      ['server'],
    ),
    selectionAge: gauge(
      'selection_age_seconds',
      'Time since a model was last asked for a server.',
      ['server'],
    ),
    selectionCoverage: gauge(
      'selection_coverage_ratio',
      'Share of the candidates of a server that were judged; the lowest of its rules.',
      ['server'],
    ),
    selectionHeld: counter(
      'selection_held_total',
      'Answers that were held, because they would take too much away.',
      ['server'],
    ),
    selectionChanged: counter(
      'selection_changed_texts_total',
      'Texts of chosen entries that changed after they were judged.',
      ['server'],
    ),
    searches: counter('searches_total', 'Searches for tools by clients of a server.', [
      'server',
      'result',
    ]),
    searchedThenCalled: counter(
      'searched_then_called_total',
      'Calls of tools that the caller had found by searching.',
      ['server'],
    ),
    events: counter('events_total', 'Decisions and calls that were recorded.', [
      'action',
      'decision',
    ]),
    eventsDropped: counter('events_dropped_total', 'Events that were not written.', ['sink']),
    eventSinkUp: gauge('event_sink_up', 'Whether a sink of events writes (1) or fails (0).', [
      'sink',
    ]),
    catalogEntries: gauge('catalog_entries', 'Entries in the catalog.', ['type', 'source']),
    serverEntries: gauge('server_entries', 'Entries a dynamic server shows.', ['server', 'type']),
    serverTrimmed: gauge('server_trimmed_entries', 'Members left out by the budget of a server.', [
      'server',
    ]),
    serverUnfit: gauge(
      'server_unfit_entries',
      'Members left out because their override does not fit them.',
      ['server'],
    ),
    serverShadowed: gauge(
      'server_shadowed_entries',
      'Members whose name an earlier entry, or a tool of the server, has.',
      ['server'],
    ),
    serverPending: gauge(
      'server_pending_entries',
      'Members of a server that wait for a decision.',
      ['server'],
    ),
    sourceUp: gauge('source_up', 'Whether a source is connected (1) or not (0).', ['source']),
    sourceSyncDuration: seconds('source_sync_duration', 'Time to list everything a source has.', [
      'source',
    ]),
  }
}

function createServerLabel(): (id: string) => string {
  const known = new Set<string>()
  return (id) => {
    if (known.has(id)) return id
    if (known.size >= MAX_SERVERS) return 'other'
    known.add(id)
    return id
  }
}
