import { errorItems } from '../catalog/verbs.ts'
import { FacetError } from '../errors/facet-error.ts'
import { ENTRY_TYPES, type EntryType } from '../rules/fields.ts'
import { compileRules } from './compile.ts'
import { type Rule, rulesSchema, type ServerDefinition, serverDefinition } from './definition.ts'
import { type RuleReport, type SelectContext, select } from './select.ts'
import { estimateTokens } from './tokens.ts'
import { arrange, type Listed, type Shadowed, toMcp, type View } from './view.ts'
import { type PreviewWarning, warningsOf } from './warnings.ts'

/** One entry of a simulated catalog. */
export interface PreviewEntry {
  readonly id: string
  readonly name: string
  readonly title?: string
  readonly description?: string
  readonly tags: readonly string[]
  readonly source: string
  readonly uri?: string
  /** Indexes of the include rules that match it. */
  readonly matched_by: readonly number[]
}

export interface Preview {
  readonly tools: readonly PreviewEntry[]
  readonly prompts: readonly PreviewEntry[]
  readonly resources: readonly PreviewEntry[]
  readonly resource_templates: readonly PreviewEntry[]
  readonly counts: Readonly<Record<CatalogKey, number>>
  readonly estimated_tokens: number
  readonly rules: readonly {
    readonly index: number
    readonly matched: number
    readonly only_here: number
    readonly flags: readonly string[]
  }[]
  readonly shadowed: readonly Shadowed[]
  readonly warnings: readonly PreviewWarning[]
  readonly diff?: { readonly added: readonly DiffEntry[]; readonly removed: readonly DiffEntry[] }
}

export interface DiffEntry {
  readonly id: string
  readonly type: EntryType
  readonly name: string
  readonly source: string
}

export type CatalogKey = 'tools' | 'prompts' | 'resources' | 'resource_templates'

/** The key of a type in catalog answers. */
export const CATALOG_KEYS: Readonly<Record<EntryType, CatalogKey>> = {
  tool: 'tools',
  prompt: 'prompts',
  resource: 'resources',
  resource_template: 'resource_templates',
}

/** Reads the rules of a preview: `{"rules": […]}` or a bare array. @throws {FacetError} */
export function previewRules(body: unknown): Rule[] {
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body)
  const rules = isObject ? (body as { rules?: unknown }).rules : body
  const parsed = rulesSchema.safeParse(rules)
  if (parsed.success) return parsed.data
  throw new FacetError('invalid_request', 'Expected {"rules": […]} or an array of rules.', {
    errors: errorItems(parsed.error).map(({ path, message }) => ({
      path: `rules${path.startsWith('[') || path === '' ? path : `.${path}`}`,
      message,
    })),
  })
}

/**
 * Simulates the catalog that rules would make, writing nothing. With `served`, the view clients
 * get now, the answer says what would join and what would leave.
 *
 * @throws {FacetError} `invalid_filter`, `selector_not_configured`.
 */
export async function preview(
  context: SelectContext,
  rules: readonly Rule[],
  options: { definition?: ServerDefinition; served?: View | undefined } = {},
): Promise<Preview> {
  const compiled = compileRules(rules)
  const definition = options.definition ?? serverDefinition.parse({ name: 'preview' })
  const selection = await select(context, compiled)
  const { lists, shadowed } = arrange(definition, selection)
  const entries = Object.fromEntries(
    ENTRY_TYPES.map((type) => [CATALOG_KEYS[type], lists.get(type)!.map(previewEntry)]),
  ) as Record<CatalogKey, PreviewEntry[]>
  const counts = Object.fromEntries(
    ENTRY_TYPES.map((type) => [CATALOG_KEYS[type], lists.get(type)!.length]),
  ) as Record<CatalogKey, number>
  return {
    ...entries,
    counts,
    estimated_tokens: lists
      .get('tool')!
      .reduce((sum, listed) => sum + estimateTokens(toMcp(listed)), 0),
    rules: selection.rules.map(presentReport),
    shadowed,
    warnings: warningsOf(compiled, selection.rules, shadowed),
    ...(options.served ? { diff: diffOf(options.served.lists, lists) } : {}),
  }
}

function presentReport({ index, matched, onlyHere, flags }: RuleReport) {
  return { index, matched, only_here: onlyHere, flags }
}

function previewEntry({ entry: { document }, name, matchedBy }: Listed): PreviewEntry {
  const { id, title, description, tags, source, uri, uriTemplate } = document
  return {
    id,
    name,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    tags,
    source,
    ...(uri === undefined ? {} : { uri }),
    ...(uriTemplate === undefined ? {} : { uriTemplate }),
    matched_by: matchedBy,
  }
}

function diffOf(before: View['lists'], after: View['lists']) {
  const added: DiffEntry[] = []
  const removed: DiffEntry[] = []
  for (const type of ENTRY_TYPES) {
    const [old, next] = [before.get(type)!, after.get(type)!]
    const ids = (list: readonly Listed[]) => new Set(list.map(({ entry }) => entry.record.id))
    const [oldIds, nextIds] = [ids(old), ids(next)]
    added.push(...next.filter(({ entry }) => !oldIds.has(entry.record.id)).map(diffEntry))
    removed.push(...old.filter(({ entry }) => !nextIds.has(entry.record.id)).map(diffEntry))
  }
  return { added, removed }
}

function diffEntry({ entry: { record }, name }: Listed): DiffEntry {
  return { id: record.id, type: record.type, name, source: record.source }
}
