import type { Metrics } from './metrics.ts'

/** What the metrics say of the service's traffic since it was started. */
export interface TrafficSummary {
  readonly requests: number
  readonly failed_requests: number
  readonly calls: number
  readonly failed_calls: number
  /** Of views asked for, the part that was ready; null before the first. */
  readonly view_hit_ratio: number | null
  /** Seconds an MCP request took, from the buckets of the histogram; null before the first. */
  readonly latency: { readonly p50: number; readonly p95: number } | null
  readonly servers: readonly ServerTraffic[]
}

export interface ServerTraffic {
  readonly server: string
  readonly calls: number
  readonly failed_calls: number
}

interface Sample {
  readonly value: number
  readonly labels: Readonly<Partial<Record<string, string | number>>>
}

const sum = (samples: readonly Sample[]) => samples.reduce((total, { value }) => total + value, 0)

/** Servers with the most calls come first. */
export async function summarise(metrics: Metrics): Promise<TrafficSummary> {
  const requests: readonly Sample[] = (await metrics.mcpRequests.get()).values
  const calls: readonly Sample[] = (await metrics.toolCalls.get()).values
  const views: readonly Sample[] = (await metrics.viewRequests.get()).values
  const durations: readonly Sample[] = (await metrics.mcpRequestDuration.get()).values
  const failed = (samples: readonly Sample[]) =>
    sum(samples.filter(({ labels }) => labels.outcome !== 'ok'))
  const byServer = Map.groupBy(calls, ({ labels }) => String(labels.server))
  const asked = sum(views)
  return {
    requests: sum(requests),
    failed_requests: failed(requests),
    calls: sum(calls),
    failed_calls: failed(calls),
    view_hit_ratio:
      asked === 0 ? null : sum(views.filter(({ labels }) => labels.result === 'hit')) / asked,
    latency: percentiles(durations),
    servers: [...byServer]
      .map(([server, of]) => ({ server, calls: sum(of), failed_calls: failed(of) }))
      .sort((a, b) => b.calls - a.calls),
  }
}

function percentiles(samples: readonly Sample[]): TrafficSummary['latency'] {
  const buckets = new Map<number, number>()
  for (const { value, labels } of samples) {
    if (labels.le === undefined) continue
    const bound = labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le)
    buckets.set(bound, (buckets.get(bound) ?? 0) + value)
  }
  const cumulative = [...buckets].sort(([a], [b]) => a - b)
  const total = cumulative.at(-1)?.[1] ?? 0
  if (total === 0) return null
  return { p50: quantile(cumulative, total * 0.5), p95: quantile(cumulative, total * 0.95) }
}

/** Within its bucket a value is taken to lie where its rank says, as Prometheus does. */
function quantile(buckets: readonly (readonly [number, number])[], rank: number): number {
  let [lower, below] = [0, 0]
  for (const [bound, count] of buckets) {
    if (count >= rank) {
      if (bound === Number.POSITIVE_INFINITY) return lower
      return lower + (bound - lower) * ((rank - below) / (count - below))
    }
    lower = bound
    below = count
  }
  return lower
}
