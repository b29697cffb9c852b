/** Which part of the inputs of every property is tried: 1 unless RUNS_SHARE says otherwise. */
const SHARE = Number(process.env['RUNS_SHARE'] ?? 1)

/**
 * How many inputs to try, where `whole` is right for the test suite. Mutation tests try fewer,
 * thousands of times over; a night on a spare machine tries more.
 */
export function runs(whole: number): number {
  return Math.ceil(whole * SHARE)
}

/**
 * What the number of inputs of one kind has to be greater than, so that a property is not held up
 * by inputs that say nothing. A small part of the inputs may well have none of a kind.
 */
export function seenIn(whole: number): number {
  return SHARE < 1 ? -1 : whole
}
