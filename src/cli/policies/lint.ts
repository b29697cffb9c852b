import { compilePolicy } from '../../access/policies/compile.ts'
import type { PolicyDefinition } from '../../access/policies/definition.ts'
import { ENTRY_TYPES, type EntryType } from '../../rules/fields.ts'
import type { CatalogEntries } from '../rules/catalog.ts'
import type { Finding, Lint } from '../rules/finding.ts'
import { unknownTags } from '../rules/lint-catalog.ts'
import { lintText } from '../rules/lint-static.ts'
import type { PolicyFile } from './file.ts'

/** Looks through the policies of a file; without a catalog at their text alone. */
export function lintPolicies(
  { file, policies }: PolicyFile,
  catalog: CatalogEntries | undefined,
): Lint[] {
  return policies
    .flatMap(({ definition }, index) =>
      lintPolicy(definition, catalog).map((finding) => ({
        ...finding,
        path: `${file}: policies[${index}].${finding.half}`,
      })),
    )
    .map(({ path, code, message }) => ({ path, code, message }))
}

type Half = Finding & { readonly half: 'who' | 'what' }

function lintPolicy(definition: PolicyDefinition, catalog: CatalogEntries | undefined): Half[] {
  const { who, what, whoReads, isPersonal } = compilePolicy(definition)
  const of = (half: Half['half'], findings: readonly Finding[]) =>
    findings.map((finding) => ({ ...finding, half }))
  // What looks at the caller is not the same for everybody.
  const alone = isPersonal ? [] : lintText(what)
  const said = new Set(alone.map(({ code }) => code))
  // Which entries a filter matches that looks at the caller, only a caller can tell.
  const tried = catalog && !isPersonal ? lintAgainst(definition, catalog) : []
  const tags = catalog ? unknownTags(what, catalog) : []
  return [
    ...of('who', whoReads.size > 0 ? [] : lintText(who)),
    ...of('what', alone),
    ...of(
      'what',
      [...tags, ...tried].filter(({ code }) => !said.has(code)),
    ),
  ]
}

/** What of the catalog a policy is about. */
function lintAgainst(definition: PolicyDefinition, catalog: CatalogEntries): Finding[] {
  const { what } = compilePolicy(definition)
  const entries = typesOf(definition).flatMap((type) => catalog.get(type) ?? [])
  const verdicts = entries.map((entry) => what.evaluate(entry))
  const undecided = verdicts.filter((verdict) => verdict !== 'match' && verdict !== 'no_match')
  const findings: Finding[] = []
  if (undecided.length > 0) {
    const fate = definition.effect === 'allow' ? 'not allowed' : 'denied'
    const message = `The filter cannot decide ${undecided.length} of ${entries.length} entries; they are ${fate}.`
    findings.push({ code: 'undecided', message })
  }
  if (entries.length > 0 && !verdicts.includes('match')) {
    const message = `The filter matches none of the ${entries.length} entries the policy is about.`
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
