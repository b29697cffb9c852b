/** A model's judgement of one text. */
export interface VerdictRecord {
  /** Hash of what was judged. */
  readonly hash: string
  readonly chosen: boolean | null
  readonly reason: string | null
  readonly profile: string
  readonly model: string
  readonly at: string
}

/** What is in use; anything else is forgotten some day. */
export interface SelectionInUse {
  /** Prompts that rules put to models now. */
  readonly fingerprints: readonly string[]
  /** Rules there are. */
  readonly rules: readonly string[]
}

/** What selection by meaning keeps, so that nothing is paid for twice. Each write is one transaction. */
export interface SelectionStore {
  /** By fingerprint: one prompt put to one model. A later verdict replaces an earlier one. */
  readonly verdicts: {
    load(fingerprint: string): Promise<readonly VerdictRecord[]>
    save(fingerprint: string, verdicts: readonly VerdictRecord[]): Promise<void>
  }
  /** Ids that each rule chose last. */
  readonly chosen: {
    load(rule: string): Promise<readonly string[] | undefined>
    save(rule: string, ids: readonly string[]): Promise<void>
    remove(rule: string): Promise<void>
  }
  /** By model and hash of the text. */
  readonly vectors: {
    load(model: string, hashes: readonly string[]): Promise<ReadonlyMap<string, Float32Array>>
    save(model: string, vectors: ReadonlyMap<string, Float32Array>): Promise<void>
  }
  /** Tokens by day (UTC) and profile. */
  readonly spend: {
    spent(day: string): Promise<ReadonlyMap<string, number>>
    add(day: string, profile: string, tokens: number): Promise<void>
  }
  /** Forgets what is not in use and older than a time; what rules there are not chose, at once. */
  prune(inUse: SelectionInUse, before: Date): Promise<void>
}
