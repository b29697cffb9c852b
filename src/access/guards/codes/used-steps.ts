import type { GuardStateStore, GuardStep } from '../../../store/guard-port.ts'

/**
 * Codes that are used up, by what they are made with: two guards with one secret take a code once.
 * Nothing before a code that was taken is taken either.
 */
export class UsedSteps {
  readonly #store: GuardStateStore
  readonly #last = new Map<string, number>()

  constructor(store: GuardStateStore) {
    this.#store = store
  }

  load(rows: readonly GuardStep[]): void {
    for (const { secret, step } of rows) this.#last.set(secret, step)
  }

  isUsed(secret: string, step: number): boolean {
    return step <= (this.#last.get(secret) ?? Number.NEGATIVE_INFINITY)
  }

  /** Uses a code up, at once; it stays so after a restart when this resolves. */
  async use(secret: string, step: number): Promise<void> {
    this.#last.set(secret, step)
    await this.#store.putStep({ secret, step })
  }
}
