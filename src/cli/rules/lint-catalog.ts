import type { CompiledRule } from '../../dynamic/compile.ts'
import { readsOf } from '../../rules/analyse/reads.ts'
import type { EntryType } from '../../rules/fields.ts'
import { admits, type Filter } from '../../rules/filter.ts'
import { nearest } from '../../rules/nearest.ts'
import type { CatalogEntries, CatalogEntry } from './catalog.ts'
import type { Finding } from './finding.ts'

/** Fewer entries prove nothing about a filter that matches all of them. */
const ENOUGH = 5

/** What a rule makes of the entries there are. */
export function lintAgainst(
  compiled: CompiledRule,
  rules: readonly CompiledRule[],
  catalog: CatalogEntries,
): Finding[] {
  const { rule, filter } = compiled
  if (!filter) return []
  const entries = catalog.get(rule.type)!
  const noun = `${rule.type.replaceAll('_', ' ')}s`
  const findings = unknownTags(filter, catalog)
  const matched = entries.filter((entry) => filter.evaluate(entry) === 'match')
  const undecided = entries.filter((entry) => isFailure(filter, entry)).length
  if (undecided > 0) {
    const fate = rule.effect === 'include' ? 'left out' : 'kept out'
    const message = `The filter cannot decide ${undecided} of ${entries.length} ${noun}; they are ${fate}.`
    findings.push({ code: 'undecided', message })
  }
  if (matched.length === 0) {
    const message = `The filter matches none of ${entries.length} ${noun}.`
    findings.push({ code: 'never_matches', message })
    return findings
  }
  const all = matched.length === entries.length && entries.length >= ENOUGH
  if (all && filter.source.trim() !== 'true') {
    const message = `The filter matches all ${entries.length} ${noun}; write true if that is meant.`
    findings.push({ code: 'always_matches', message })
  }
  if (rule.effect === 'exclude') return findings
  const taken = matched.filter(({ federated }) => rule.include_federated || !federated)
  const left = matched.length - taken.length
  if (left > 0) {
    const message = `${left} matching ${noun} of upstreams are left out; they join with include_federated: true.`
    findings.push({ code: 'federated_left_out', message })
  }
  const by = keptOutBy(taken, rule.type, rules)
  if (by !== undefined) {
    const names = by.map((index) => `rules[${index}]`).join(' and ')
    const message = `All ${taken.length} ${noun} the rule takes are kept out by ${names}.`
    findings.push({ code: 'shadowed_by_exclude', message })
  }
  return findings
}

function isFailure(filter: Filter, entry: CatalogEntry): boolean {
  const verdict = filter.evaluate(entry)
  return verdict !== 'match' && verdict !== 'no_match'
}

/** The exclude rules that together keep out all of some entries; undefined when one stays in. */
function keptOutBy(
  entries: readonly CatalogEntry[],
  type: EntryType,
  rules: readonly CompiledRule[],
): number[] | undefined {
  if (entries.length === 0) return undefined
  const excludes = rules.filter(
    ({ rule }) => rule.type === type && rule.effect === 'exclude' && rule.mode === 'rule',
  )
  const by = new Set<number>()
  for (const entry of entries) {
    const first = excludes.find(({ filter }) => admits(filter!.evaluate(entry), 'exclude'))
    if (!first) return undefined
    by.add(first.index)
  }
  return [...by].sort((a, b) => a - b)
}

/** Tags a filter asks for that no entry has. */
export function unknownTags(filter: Filter, catalog: CatalogEntries): Finding[] {
  const { tags } = readsOf(filter.node)
  if (tags === 'all') return []
  const known = new Set([...catalog.values()].flat().flatMap((entry) => entry.tags))
  return [...tags]
    .filter((tag) => !known.has(tag))
    .map((tag) => {
      const near = nearest(tag, known)
      const fix = near === undefined ? '' : ` Did you mean ${JSON.stringify(near)}?`
      const message = `No entry has the tag ${JSON.stringify(tag)}.${fix}`
      return { code: 'unknown_tag', message }
    })
}
