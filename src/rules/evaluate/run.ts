import { LIMITS } from '../limits.ts'
import type { Pattern } from '../regex.ts'

/** The evaluation of one filter over one entry: what it may look at and the work it has left. */
export interface Run {
  document: unknown
  caller: unknown
  steps: number
  /** Levels that walks in progress have gone down. */
  depth: number
  /** Patterns taken from the document so far; null for a text that is no pattern. */
  patterns: Map<string, Pattern | null> | undefined
}

export function startRun(document: unknown, caller: unknown, steps: number = LIMITS.steps): Run {
  return { document, caller, steps, depth: 0, patterns: undefined }
}

/** Makes a run that is over the one of another entry. */
export function restart(run: Run, document: unknown, caller: unknown): Run {
  run.document = document
  run.caller = caller
  run.steps = LIMITS.steps
  run.depth = 0
  run.patterns = undefined
  return run
}

/**
 * Thrown to abandon one evaluation; caught where it began and never seen outside the engine. Not
 * an Error: making a stack trace would cost more than the work it ends.
 */
export class Abandoned {
  readonly reason: 'exhausted' | 'subject'
  constructor(reason: 'exhausted' | 'subject') {
    this.reason = reason
  }
}

export const EXHAUSTED = new Abandoned('exhausted')
export const SUBJECT_TOO_LONG = new Abandoned('subject')

/** A value that exists only because operands did not fit: neither true nor false, nor equal to any. */
export const UNDECIDED = Symbol('undecided')

/** Pays for work. @throws {Abandoned} when the budget is used up. */
export function spend(run: Run, steps: number): void {
  run.steps -= steps
  if (run.steps < 0) throw EXHAUSTED
}

/** Pays for reading a string; most are short. */
export function spendText(run: Run, text: string): void {
  spend(run, 1 + (text.length >> 3))
}

/**
 * Pays for looking for a text in another. Where both repeat themselves the search costs the
 * product of their lengths.
 */
export function spendSearch(run: Run, text: string, part: string): void {
  spend(run, Math.ceil((text.length * (8 + part.length)) / 64) + 1)
}

/** Pays for running a pattern over a subject. @throws {Abandoned} when the subject is too long. */
export function spendPattern(run: Run, subject: string, steps: number): void {
  if (subject.length > LIMITS.subject) throw SUBJECT_TOO_LONG
  spend(run, 1 + subject.length * steps)
}
