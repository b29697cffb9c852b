/** A dialog fades out about this long after its answer, and its button can still be hit. */
const AFTER_MS = 500

const asked = new Map<string, Promise<unknown>>()

/**
 * Asks for something to be made. The second click of a double click asks for the same thing again:
 * it is given the first one's answer, and nothing is made twice. A refusal is forgotten at once,
 * because whoever tries again means it.
 */
export function onceForDoubleClick<T>(what: string, ask: () => Promise<T>): Promise<T> {
  const before = asked.get(what)
  if (before) return before as Promise<T>
  const answer = ask()
  const forget = () => void asked.delete(what)
  asked.set(what, answer)
  answer.then(() => setTimeout(forget, AFTER_MS), forget)
  return answer
}
