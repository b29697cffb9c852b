/** How much of what was judged was chosen; names that outrank a model are on neither side. */
export interface Share {
  readonly chosen: number
  readonly of: number
}

/** Above this share the question hardly selects: it is too wide, or a text talked the model over. */
const MOST = 0.6
/** Of so few, most is no sign of anything. */
const FEW = 5

export function takesMost({ chosen, of }: Share): boolean {
  return of >= FEW && chosen > of * MOST
}

/** What to look at when a rule takes most of its candidates. */
export function mostMessage(mode: 'llm' | 'semantic', { chosen, of }: Share): string {
  const taken = `${chosen} of ${of} candidates (${Math.round((100 * chosen) / of)} %)`
  return mode === 'llm'
    ? `The model chose ${taken}: the prompt may be too wide, or a text among them may talk to the model. Look at the reasons.`
    : `The ranking takes ${taken}: k decides what is taken here, and the query hardly does.`
}
