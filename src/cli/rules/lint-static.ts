import type { CompiledRule } from '../../dynamic/compile.ts'
import { readsOf } from '../../rules/analyse/reads.ts'
import type { Filter } from '../../rules/filter.ts'
import type { Finding } from './finding.ts'

/** What the text of a rule, and of the rules beside it, shows without a catalog. */
export function lintAlone(compiled: CompiledRule, rules: readonly CompiledRule[]): Finding[] {
  const { filter, rule } = compiled
  if (!filter) return []
  const findings = lintText(filter)
  if (filter.source.trim() === 'true' && rule.effect === 'exclude') {
    const type = rule.type.replaceAll('_', ' ')
    const message = `The rule keeps every ${type} out, whatever the others say.`
    findings.push({ code: 'always_matches', message })
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

/** What the text of any filter shows. */
export function lintText(filter: Filter): Finding[] {
  const findings: Finding[] = filter.warnings.map(({ message }) => ({
    code: 'unknown_member',
    message,
  }))
  if (!isConstant(filter)) return findings
  if (filter.evaluate({}) !== 'match') {
    findings.push({ code: 'never_matches', message: 'The filter is never true.' })
  } else if (filter.source.trim() !== 'true') {
    const message = 'The filter is always true; write true if that is meant.'
    findings.push({ code: 'always_matches', message })
  }
  return findings
}

/** A filter that reads nothing answers the same for every entry. */
function isConstant({ node }: Filter): boolean {
  const { fields, tags, tagCount } = readsOf(node)
  return fields !== 'all' && fields.size === 0 && tags !== 'all' && tags.size === 0 && !tagCount
}
