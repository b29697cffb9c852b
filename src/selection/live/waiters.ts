/** Callers that wait for a first answer. */
export class Waiters {
  readonly #all: PromiseWithResolvers<void>[] = []

  wait(): Promise<void> {
    const waiter = Promise.withResolvers<void>()
    this.#all.push(waiter)
    return waiter.promise
  }

  resolve(): void {
    for (const { resolve } of this.#all.splice(0)) resolve()
  }

  reject(error: Error): void {
    for (const { reject } of this.#all.splice(0)) reject(error)
  }
}
