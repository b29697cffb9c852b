import { compileGuard } from '../../access/guards/compile.ts'
import type { GuardDefinition } from '../../access/guards/definition.ts'
import { callerFields, compilePolicy } from '../../access/policies/compile.ts'
import type { PolicyDefinition } from '../../access/policies/definition.ts'
import { ENTRY_TYPES, type EntryType } from '../../rules/fields.ts'
import type { Filter } from '../../rules/filter.ts'
import type { CatalogEntries } from '../rules/catalog.ts'
import type { Finding, Lint } from '../rules/finding.ts'
import { unknownTags } from '../rules/lint-catalog.ts'
import { lintText } from '../rules/lint-static.ts'
import type { ConfigFile } from './file.ts'

/** Looks through the policies and guards of a file; without a catalog at their text alone. */
export function lintConfig(
  { file, policies, guards }: ConfigFile,
  catalog: CatalogEntries | undefined,
): Lint[] {
  const at = (plural: string, index: number, found: readonly Placed[]): Lint[] =>
    found.map(({ field, code, message }) => {
      return { path: `${file}: ${plural}[${index}].${field}`, code, message }
    })
  return [
    ...policies.flatMap(({ definition }, i) => at('policies', i, ofPolicy(definition, catalog))),
    ...guards.flatMap(({ definition }, i) => at('guards', i, ofGuard(definition, catalog))),
  ]
}

type Placed = Finding & { readonly field: 'who' | 'what' | 'condition' }

function ofPolicy(definition: PolicyDefinition, catalog: CatalogEntries | undefined): Placed[] {
  const { who, what } = compilePolicy(definition)
  const fate = definition.effect === 'allow' ? 'are not allowed' : 'are denied'
  const about = { what, noun: 'policy', fate, types: typesOf(definition) }
  return [...ofCaller('who', who), ...ofEntries(about, catalog)]
}

function ofGuard(definition: GuardDefinition, catalog: CatalogEntries | undefined): Placed[] {
  const { who, what, arguments: checks } = compileGuard(definition)
  const about = { what, noun: 'guard', fate: 'stand behind it', types: ENTRY_TYPES }
  const condition = checks?.condition
  return [
    ...ofCaller('who', who),
    ...ofEntries(about, catalog),
    ...(condition ? ofCaller('condition', condition) : []),
  ]
}

/** What looks at the caller is not the same for everybody. */
function ofCaller(field: 'who' | 'condition', filter: Filter): Placed[] {
  if (callerFields(filter.node).size > 0) return []
  return lintText(filter).map((finding) => ({ ...finding, field }))
}

interface About {
  readonly what: Filter
  readonly noun: string
  /** What becomes of entries that it cannot decide. */
  readonly fate: string
  readonly types: readonly EntryType[]
}

function ofEntries(about: About, catalog: CatalogEntries | undefined): Placed[] {
  const { what } = about
  const isPersonal = callerFields(what.node).size > 0
  const alone = isPersonal ? [] : lintText(what)
  const said = new Set(alone.map(({ code }) => code))
  // Which entries a filter matches that looks at the caller, only a caller can tell.
  const tried = catalog && !isPersonal ? lintAgainst(about, catalog) : []
  const tags = catalog ? unknownTags(what, catalog) : []
  return [...alone, ...[...tags, ...tried].filter(({ code }) => !said.has(code))].map(
    (finding) => ({ ...finding, field: 'what' }),
  )
}

/** What of the catalog a filter is about. */
function lintAgainst({ what, noun, fate, types }: About, catalog: CatalogEntries): Finding[] {
  const entries = types.flatMap((type) => catalog.get(type) ?? [])
  const verdicts = entries.map((entry) => what.evaluate(entry))
  const undecided = verdicts.filter((verdict) => verdict !== 'match' && verdict !== 'no_match')
  const findings: Finding[] = []
  if (undecided.length > 0) {
    const message = `The filter cannot decide ${undecided.length} of ${entries.length} entries; they ${fate}.`
    findings.push({ code: 'undecided', message })
  }
  if (entries.length > 0 && !verdicts.includes('match')) {
    const message = `The filter matches none of the ${entries.length} entries the ${noun} is about.`
    findings.push({ code: 'never_matches', message })
  }
  return findings
}

/** `call` is about tools and prompts, `read` about the others; each other action about all. */
function typesOf({ actions }: PolicyDefinition): readonly EntryType[] {
  if (actions.some((action) => action !== 'call' && action !== 'read')) return ENTRY_TYPES
  return ENTRY_TYPES.filter((type) =>
    actions.includes(type === 'tool' || type === 'prompt' ? 'call' : 'read'),
  )
}
