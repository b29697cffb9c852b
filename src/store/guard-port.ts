/** Wrong codes of one caller at one guard. */
export interface GuardFailures {
  /** Id of the guard. */
  readonly guard: string
  /** Id of the caller; empty for all callers together. */
  readonly caller: string
  /** How many in a row. */
  readonly count: number
  /** When the latest was, in ms since 1970. */
  readonly at: number
}

/** The time step of the latest code that was taken, by what the codes are made with. */
export interface GuardStep {
  /** Name of the secret. */
  readonly secret: string
  readonly step: number
}

/** What must outlive a restart, so that it opens nothing: who failed, and which codes are used up. */
export interface GuardStateStore {
  load(): Promise<{
    readonly failures: readonly GuardFailures[]
    readonly steps: readonly GuardStep[]
  }>
  /** A count of 0 forgets the caller. */
  putFailures(failures: readonly GuardFailures[]): Promise<void>
  putStep(step: GuardStep): Promise<void>
  /** Forgets failures at a guard; of everybody when no caller is named. */
  forget(guard: string, caller?: string): Promise<void>
}
