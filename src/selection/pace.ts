import { setImmediate as nextTask } from 'node:timers/promises'

/** How long work goes on before other work gets its turn, in ms. */
const SLICE = 5
const CHECK_EVERY = 16

/** Called once a step of a long loop: a promise to wait for when it is time to yield. */
export function createPace(): () => Promise<void> | undefined {
  let count = 0
  let since = performance.now()
  return () => {
    if (++count % CHECK_EVERY !== 0 || performance.now() - since < SLICE) return undefined
    return nextTask().then(() => {
      since = performance.now()
    })
  }
}

/** Takes a step for each of many, and lets other work have its turn in between. */
export async function inTurns<T>(all: Iterable<T>, step: (one: T) => void): Promise<void> {
  const pace = createPace()
  for (const one of all) {
    const turn = pace()
    if (turn) await turn
    step(one)
  }
}
