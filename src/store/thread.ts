import { Worker } from 'node:worker_threads'

/** What a thread answers, in the order it was asked; 0 when it is ready. */
export type Response = { id: number; result: unknown } | { id: number; error: string }

interface Closing {
  readonly method: 'close'
}

/** A thread that answers requests one after the other. */
export interface Thread<Request> {
  ask(request: Request): Promise<unknown>
  /** Runs calls one after the other: the rows of two writes must not be staged together. */
  alone<A>(run: (argument: A) => Promise<void>): (argument: A) => Promise<void>
  close(): Promise<void>
  /** Whether it answers no more, however that came. */
  readonly ended: boolean
}

/**
 * Starts a thread and waits until it is ready.
 *
 * @param module the file it runs, as seen from `from` and without extension
 * @param from `import.meta.url` of whoever starts it
 * @throws {Error} what it could not start for
 */
export async function startThread<Request extends { readonly method: string }>(
  module: string,
  from: string,
  workerData: unknown,
): Promise<Thread<Request | Closing>> {
  const extension = from.endsWith('.ts') ? 'ts' : 'js'
  const worker = new Worker(new URL(`${module}.${extension}`, from), { workerData })
  const waiting = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void }
  >()
  let failure: Error | undefined
  let nextId = 0
  const fail = (error: Error) => {
    failure ??= error
    for (const { reject } of waiting.values()) reject(failure)
    waiting.clear()
  }
  const started = Promise.withResolvers<unknown>()
  waiting.set(nextId++, started)
  worker.on('message', (response: Response) => {
    const waiter = waiting.get(response.id)
    waiting.delete(response.id)
    if ('error' in response) waiter?.reject(new Error(response.error))
    else waiter?.resolve(response.result)
  })
  worker.on('error', (error) => fail(error as Error))
  worker.on('exit', () => fail(new Error('the thread has ended')))
  const ask = (request: Request | Closing) => {
    if (failure) return Promise.reject(failure)
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const id = nextId++
    waiting.set(id, { resolve, reject })
    worker.postMessage({ id, request })
    return promise
  }
  await started.promise
  let last: Promise<unknown> = Promise.resolve()
  return {
    ask,
    get ended() {
      return failure !== undefined
    },
    alone: (run) => (argument) => {
      const turn = last.then(() => run(argument))
      last = turn.catch(() => undefined)
      return turn
    },
    async close() {
      const exited = new Promise((resolve) => worker.once('exit', resolve))
      await last
      if (!failure) await ask({ method: 'close' })
      await exited
    },
  }
}

/** A thread that is started when it is first asked, and again after it has ended. */
export class LazyThread<Request> {
  readonly #start: () => Promise<Thread<Request>>
  #started: Promise<Thread<Request>> | undefined

  constructor(start: () => Promise<Thread<Request>>) {
    this.#start = start
  }

  /** @throws {Error} what it answered, or could not start for */
  async ask(request: Request): Promise<unknown> {
    this.#started ??= this.#start()
    const started = this.#started
    let isEnded = true
    try {
      const thread = await started
      isEnded = false
      try {
        return await thread.ask(request)
      } finally {
        isEnded = thread.ended
      }
    } finally {
      if (isEnded && this.#started === started) this.#started = undefined
    }
  }

  async close(): Promise<void> {
    const thread = await this.#started?.catch(() => undefined)
    await thread?.close()
  }
}
