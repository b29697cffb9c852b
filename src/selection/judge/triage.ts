import { estimateTokens } from '../providers/estimate.ts'
import { ModelError } from '../providers/model-error.ts'
import { suspicionsOf } from '../text/suspicion.ts'
import { readTerms } from './answer.ts'
import { hashOf, type Item, sortedByHash, suspicionsAbout } from './item.ts'
import { OUTPUT_PER_REQUEST, OUTPUT_PER_ROW } from './plan.ts'
import { expandRequest } from './prompt.ts'
import type { Judged, Run } from './run.ts'
import type { Verdict } from './verdicts.ts'

/** Ranks candidates by words, best first; the search engine. */
export type Rank = (
  question: string,
  among: ReadonlySet<string>,
  limit: number,
) => Promise<readonly string[]>

export interface TriageOptions {
  readonly run: Run
  /** What the requests about the rows may take together, in tokens. */
  readonly budget: number
  /** What a request takes besides its rows. */
  readonly overhead: number
  readonly prompt: string
  readonly rank: Rank | undefined
  /** Verdicts on sources and earlier search terms; a restart finds them again. */
  readonly known: (hash: string) => Verdict | undefined
  readonly keep: (verdicts: readonly Omit<Verdict, 'at'>[]) => Promise<void>
}

const SAMPLE = 20
const SOURCES_IN_REQUEST = 50
/** Share of the budget that is planned for; the rest is for what estimates get wrong. */
const FILL = 0.9

/**
 * Decides which of too many candidates are judged: first those of sources that could have
 * something, then those that have words a matching entry would have. It loses some, so coverage
 * is shown wherever it was used.
 *
 * It looks at all candidates, judged before or not, so that it decides alike after a restart.
 *
 * @throws {ModelError}
 */
export async function triage(
  items: readonly Item[],
  options: TriageOptions,
): Promise<ReadonlySet<string>> {
  const kept = await ofLikelySources(items, options)
  const size = createScale(options.overhead)
  const budget = options.budget * FILL
  if (kept.reduce((sum, item) => sum + size(item), 0) <= budget) {
    return new Set(kept.map(({ hash }) => hash))
  }
  return bestWords(kept, budget, options)
}

/** What an item adds to a plan: its row, and a request where it needs one of its own. */
function createScale(overhead: number): (item: Item) => number {
  const sources = new Set<string>()
  return ({ source, tokens, document }) => {
    const alone = suspicionsAbout(document).length > 0 || !sources.has(source)
    sources.add(source)
    return tokens + OUTPUT_PER_ROW + (alone ? overhead + OUTPUT_PER_REQUEST : 0)
  }
}

async function ofLikelySources(items: readonly Item[], options: TriageOptions): Promise<Item[]> {
  const { run, known, keep } = options
  const bySource = Map.groupBy(items, ({ source }) => source)
  const rows = new Map<string, Judged>()
  for (const [source, own] of bySource) rows.set(source, await sourceRow(source, own))
  const unknown = [...rows.values()]
    .filter(({ hash }) => !known(hash))
    .sort((a, b) => (a.hash < b.hash ? -1 : 1))
  for (let i = 0; i < unknown.length; i += SOURCES_IN_REQUEST) {
    const judged = await run.judge(unknown.slice(i, i + SOURCES_IN_REQUEST), 'sources')
    await keep([...judged].map(([hash, judgement]) => ({ hash, ...judgement })))
  }
  // A source nobody would judge is looked into: leaving it out needs a verdict.
  return [...bySource].flatMap(([source, own]) =>
    known(rows.get(source)!.hash)?.chosen === false ? [] : own,
  )
}

/** Names that speak to the model are left out of the sample: here sources share a request. */
async function sourceRow(source: string, items: readonly Item[]): Promise<Judged> {
  const names: string[] = []
  for (const { row } of await sortedByHash(items)) {
    if (names.length === SAMPLE) break
    if (suspicionsOf([row.n]).length === 0) names.push(row.n)
  }
  const row = { n: source, g: names }
  return { hash: hashOf(['source', row]), row, tokens: estimateTokens(JSON.stringify(row)) }
}

async function bestWords(
  items: readonly Item[],
  budget: number,
  options: TriageOptions,
): Promise<Set<string>> {
  if (!options.rank)
    throw new ModelError('over_budget', 'There are more candidates than one run may ask about.')
  const words = await searchTerms(options)
  const byId = new Map(items.map((item) => [item.id, item]))
  const order = await options.rank(words, new Set(byId.keys()), items.length)
  const allowed = new Set<string>()
  const size = createScale(options.overhead)
  let left = budget
  for (const id of order) {
    const item = byId.get(id)!
    left -= size(item)
    if (left < 0) break
    allowed.add(item.hash)
  }
  return allowed
}

async function searchTerms({ run, prompt, known, keep }: TriageOptions): Promise<string> {
  const hash = hashOf(['terms'])
  const before = known(hash)?.reason
  if (before) return before
  const { picks: terms, profile } = await run.ask(expandRequest(prompt), readTerms)
  const reason = [prompt, ...terms].join(' ').slice(0, 2_000)
  await keep([{ hash, chosen: null, reason, profile: profile.id, model: profile.model }])
  return reason
}
