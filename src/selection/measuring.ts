import type { Logger } from '../observability/logger.ts'
import type { Metrics } from '../observability/metrics.ts'
import type { Observer } from './observer.ts'

/** Counts what selection does, and logs what went wrong. */
export function measuring(metrics: Metrics, logger: Logger): Observer {
  return {
    request(provider, outcome, seconds) {
      metrics.llmRequests.inc({ provider, outcome })
      metrics.llmRequestDuration.observe({ provider }, seconds)
    },
    tokens(provider, { input, output, cached }) {
      metrics.llmTokens.inc({ provider, direction: 'input' }, input)
      metrics.llmTokens.inc({ provider, direction: 'cached' }, cached)
      metrics.llmTokens.inc({ provider, direction: 'output' }, output)
    },
    cache: (result, count) => metrics.llmCache.inc({ result }, count),
    invalidPicks: (provider, count) => metrics.llmInvalidPicks.inc({ provider }, count),
    run(_mode, outcome, seconds) {
      metrics.selectionRuns.inc({ outcome })
      metrics.selectionRunDuration.observe(seconds)
      if (outcome !== 'ok') logger.warn({ outcome, seconds }, 'a model could not be asked')
    },
    problem: (message) => logger.warn(message),
  }
}
