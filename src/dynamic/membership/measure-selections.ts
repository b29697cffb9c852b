import type { Metrics } from '../../observability/metrics.ts'
import type { ChosenSets } from './chosen-sets.ts'

/** Sets the gauges about rules that are answered by meaning, as they stand at this moment. */
export function measureSelections(chosen: ChosenSets, metrics: Metrics, now: Date): void {
  const { selectionRules, selectionUnjudged, selectionAge, selectionCoverage, serverLabel } =
    metrics
  for (const gauge of [selectionRules, selectionUnjudged, selectionAge, selectionCoverage]) {
    gauge.reset()
  }
  const ages = new Map<string, number>()
  const coverages = new Map<string, number>()
  for (const { owner, live } of chosen.all()) {
    const { mode, state, coverage, run } = live.report()
    const server = serverLabel(owner)
    selectionRules.inc({ mode, state })
    selectionUnjudged.inc({ server }, coverage.of - coverage.judged)
    const share = coverage.of === 0 ? 1 : coverage.judged / coverage.of
    coverages.set(server, Math.min(share, coverages.get(server) ?? 1))
    if (!run) continue
    const age = (now.getTime() - Date.parse(run.at)) / 1000
    ages.set(server, Math.max(age, ages.get(server) ?? 0))
  }
  for (const [server, share] of coverages) selectionCoverage.set({ server }, share)
  for (const [server, age] of ages) selectionAge.set({ server }, age)
}
