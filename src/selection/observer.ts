import type { Usage } from './providers/port.ts'

/** Told of what selection does, for metrics and the log. Labels are bounded: kinds and outcomes. */
export interface Observer {
  /** One request to a provider ended. */
  request(provider: string, outcome: string, seconds: number): void
  tokens(provider: string, usage: Usage): void
  /** Verdicts looked for before asking. */
  cache(result: 'hit' | 'miss' | 'shared', count: number): void
  /** Answers that named nothing that was asked about. */
  invalidPicks(provider: string, count: number): void
  /** A run over the candidates of a rule ended. */
  run(mode: 'llm' | 'semantic', outcome: string, seconds: number): void
  /** An answer of a rule was held. */
  held(server: string): void
  /** The text of an entry that a rule had chosen is another one now. */
  changed(server: string, entry: string): void
  /** Something went wrong that nobody waits for. */
  problem(message: string): void
}

export const SILENT: Observer = {
  request: () => undefined,
  tokens: () => undefined,
  cache: () => undefined,
  invalidPicks: () => undefined,
  run: () => undefined,
  held: () => undefined,
  changed: () => undefined,
  problem: () => undefined,
}
