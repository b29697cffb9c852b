import type {
  ExplainedGuard,
  ExplainedRule,
  Explanation,
  Stage,
  ToldPolicy,
} from '../dynamic/explain/answer.ts'
import { visible } from './table.ts'

type Clause = NonNullable<ExplainedRule['clause']>

const MARKS = { true: '✓', false: '✗' } as const

/**
 * An explanation as an indented tree: `✓` for what holds, `✗` for what does not, `?` for what could
 * not be decided and `·` for what was not reached.
 */
export function explanationTree(explanation: Explanation): string {
  const { entry, summary, stages, nearest, guards = [], others } = explanation
  const lines = [`${entry.type} ${entry.name} of ${entry.source}`, summary, '']
  for (const stage of stages) lines.push(...stageLines(stage))
  if (nearest) {
    const heading =
      nearest.rule === null ? 'to let it in' : `to let it in by rules[${nearest.rule}]`
    lines.push('', heading, ...nearest.changes.map(({ text }) => `  - ${text}`))
    if (nearest.enough === false) lines.push('  (this alone is not enough)')
  }
  if (guards.length > 0) lines.push('', 'guards that look at each call', ...guards.map(guardLine))
  for (const { id, source } of others) lines.push(`also of this name: ${id} of ${source}`)
  return lines.map(visible).join('\n')
}

function stageLines(stage: Stage): string[] {
  const line = `${markOf(stage.passed)} ${stage.stage.padEnd(8)} ${stage.text}`
  if (stage.stage === 'select') return [line, ...stage.rules.flatMap(ruleLines)]
  return stage.stage === 'permit' ? [line, ...(stage.policies ?? []).flatMap(policyLines)] : [line]
}

function guardLine({ id, kind, text, depends }: ExplainedGuard): string {
  return `  - ${id} (${kind}): ${text}${depends ? '   (stops some callers only: say one to know)' : ''}`
}

function policyLines({ id, effect, who, what, applies }: ToldPolicy): string[] {
  const half = (name: string, { met, clause }: ToldPolicy['who']) => [
    `        ${MARKS[`${met}`]} ${name}${clause ? `: ${clause.source}` : ''}`,
    ...(clause ? clauseLines(clause, 5) : []),
  ]
  const line = `    ${MARKS[`${applies}`]} ${effect} ${id}`
  return [line, ...half('who', who), ...half('what', what)]
}

function ruleLines(rule: ExplainedRule): string[] {
  const { index, effect, mode, filter, takes, clause, selection } = rule
  const what = `rules[${index}] ${effect}${mode === 'rule' ? '' : ` (${mode})`}`
  const line = `    ${takes ? '✓' : '✗'} ${what}${filter === undefined ? '' : `: ${filter}`}`
  const chosen = selection?.reason === undefined ? [] : [`        says: ${selection.reason}`]
  return [line, ...(clause ? clauseLines(clause, 4) : []), ...chosen]
}

/** The whole filter stands on the line of its rule, so only parts, or what it read, follow. */
function clauseLines({ clauses, ...clause }: Clause, depth: number): string[] {
  if (!clauses) return testLines(clause, depth)
  return clauses.flatMap((part) => [
    ...(part.clauses ? [`${'  '.repeat(depth)}${clauseLine(part)}`] : []),
    ...clauseLines(part, part.clauses ? depth + 1 : depth),
  ])
}

/** A clause without parts; below it what some element fits, and what none does. */
function testLines({ elements = [], ...clause }: Clause, depth: number): string[] {
  const line = `${'  '.repeat(depth)}${clauseLine(clause)}`
  return [line, ...elements.flatMap((element) => testLines(element, depth + 1))]
}

function clauseLine({ value, source, reads = [] }: Clause): string {
  const mark = value === 'true' || value === 'false' ? MARKS[value] : '?'
  const why = mark === '?' ? [value] : []
  const seen = reads.map(({ path, value: shown }) => `${path} is ${shown}`)
  const note = [...why, ...seen].join(', ')
  return `${mark} ${source}${note && `   (${note})`}`
}

function markOf(passed: boolean | null): string {
  return passed === null ? '·' : MARKS[`${passed}`]
}
