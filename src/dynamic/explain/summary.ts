import type { Explanation, Nearest, PermitStage, SelectStage } from './answer.ts'

/** Changes that are spelled out in one line. */
const SHOWN = 3

/** The reason in one line: in or out, by which stage, and what would have to change. */
export function summarize(answer: Omit<Explanation, 'summary'>): string {
  return `${standing(answer)}: ${reason(answer)}.${depends(answer)}${lag(answer)}${advice(answer)}`
}

function standing({ status, in: isIn }: Omit<Explanation, 'summary'>): string {
  if (status === 'active') return isIn ? 'In' : 'Out'
  return isIn ? 'Would be in' : 'Would be out'
}

function reason({ in: isIn, stages }: Omit<Explanation, 'summary'>): string {
  const failed = stages.find(({ passed }) => passed === false)
  const permit = stages.find((stage): stage is PermitStage => stage.stage === 'permit')
  if (!isIn) return failed ? failed.text : 'no rule includes it'
  const select = stages.find((stage): stage is SelectStage => stage.stage === 'select')
  const listed = stages.find((each) => each.stage === 'listed')
  const decided = permit?.passed === true ? permit : undefined
  const how = [select, kept(stages), decided, listed].flatMap((stage) => stage?.text ?? [])
  return how.join(', ')
}

function depends({ stages, in: isIn }: Omit<Explanation, 'summary'>): string {
  const depends = stages.some((stage) => stage.stage === 'permit' && stage.depends)
  return isIn && depends ? ' Who sees it depends on the caller: say one to know.' : ''
}

/** Worth a word only where clients see an earlier state of the entry. */
function kept(stages: Explanation['stages']) {
  return stages.find((stage) => stage.stage === 'review' && stage.reason !== undefined)
}

/** Where clients see something else than the rules say now. */
function lag({ status, in: isIn, served }: Omit<Explanation, 'summary'>): string {
  if (status === 'draft') return ' The server is a draft and serves nothing.'
  if (status === 'unsaved' || isIn === served) return ''
  return isIn
    ? ' Clients do not see it yet: the list is frozen.'
    : ' Clients still see it: the list is frozen.'
}

function advice({ nearest, stages }: Omit<Explanation, 'summary'>): string {
  const sentence = nearest && changesOf(nearest)
  if (!sentence) return ''
  const isNear = nearest.rule !== null && nearest.excluded_by.length === 0
  const hasOthers = stages.some((stage) => stage.stage === 'select' && stage.rules.length > 1)
  return isNear && hasOthers
    ? ` Nearest is rules[${nearest.rule}]: ${sentence}.`
    : ` To let it in: ${sentence}.`
}

function changesOf({ changes }: Nearest): string {
  const shown = changes.slice(0, SHOWN).map(({ text }) => text)
  const more = changes.length > SHOWN ? [`and ${changes.length - SHOWN} more`] : []
  return [...shown, ...more].join('; ')
}
