import type { CompiledRule } from '../../dynamic/compile.ts'
import { readsOf } from '../../rules/analyse/reads.ts'
import type { Finding } from './finding.ts'

/** What the text of a rule, and of the rules beside it, shows without a catalog. */
export function lintAlone(compiled: CompiledRule, rules: readonly CompiledRule[]): Finding[] {
  const { filter, rule } = compiled
  if (!filter) return []
  const findings: Finding[] = filter.warnings.map(({ message }) => ({
    code: 'unknown_member',
    message,
  }))
  const { fields, tags, tagCount } = readsOf(filter.node)
  // A filter that reads nothing answers the same for every entry.
  if (fields !== 'all' && fields.size === 0 && tags !== 'all' && tags.size === 0 && !tagCount) {
    const matches = filter.evaluate({}) === 'match'
    if (!matches) findings.push({ code: 'never_matches', message: 'The filter is never true.' })
    else if (filter.source.trim() !== 'true') {
      const message = 'The filter is always true; write true if that is meant.'
      findings.push({ code: 'always_matches', message })
    } else if (rule.effect === 'exclude') {
      const type = rule.type.replaceAll('_', ' ')
      const message = `The rule keeps every ${type} out, whatever the others say.`
      findings.push({ code: 'always_matches', message })
    }
  }
  const same = rules.find(
    (other) =>
      rule.effect === 'include' &&
      other.rule.effect === 'exclude' &&
      other.rule.mode === 'rule' &&
      other.rule.type === rule.type &&
      (other.filter?.source === filter.source || other.filter?.source.trim() === 'true'),
  )
  if (same) {
    const message = `rules[${same.index}] keeps out everything this rule takes.`
    findings.push({ code: 'shadowed_by_exclude', message })
  }
  return findings
}
