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
    held(server) {
      metrics.selectionHeld.inc({ server: metrics.serverLabel(server) })
      logger.warn({ server }, 'a new answer of a rule is held: it would take too much away')
    },
    changed(server, entry) {
      metrics.selectionChanged.inc({ server: metrics.serverLabel(server) })
      logger.info({ server, entry }, 'the text of a chosen entry changed; it is judged anew')
    },
    problem: (message) => logger.warn(message),
  }
}
