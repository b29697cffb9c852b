import { rmSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { createFacet, type Facet } from '../../main.ts'
import type { presentSource } from '../../sources/present-source.ts'
import { type Client, createClient } from '../client.ts'
import { demoEntries, demoSettings, prepareFolder } from './setup.ts'

const CONNECT_MS = 60_000

type Source = ReturnType<typeof presentSource>

export interface Demo {
  readonly facet: Facet
  readonly client: Client
  readonly folder: string
  /** Sources that could not be connected in time, with the reason. */
  readonly missing: readonly string[]
  /** Removes the folder. */
  cleanUp(): void
}

/**
 * Starts a service with a fresh database, real upstreams and some hand-posted entries.
 *
 * @throws {Error} when that does not work; then nothing is left behind.
 */
export async function startDemo(port: number): Promise<Demo> {
  const folder = prepareFolder()
  const cleanUp = () => rmSync(folder, { recursive: true, force: true })
  let facet: Facet | undefined
  try {
    const listening = await listen(folder, port)
    facet = listening.facet
    const client = createClient({ server: listening.url })
    for (const { noun, body } of demoEntries(listening.url)) {
      await client.request('POST', `/${noun}`, body)
    }
    return { facet, client, folder, missing: await connected(client), cleanUp }
  } catch (error) {
    await facet?.close()
    cleanUp()
    throw error
  }
}

/** Listens on the wanted port; on any other when that one is in use. */
async function listen(folder: string, port: number): Promise<{ facet: Facet; url: string }> {
  const facet = await createFacet({ settings: demoSettings(folder, port) })
  try {
    return { facet, url: (await facet.listen()).url }
  } catch (error) {
    await facet.close()
    if (port === 0) throw error
    console.log(`Port ${port} is in use; taking another.`)
    return listen(folder, 0)
  }
}

async function connected(client: Client): Promise<string[]> {
  const deadline = Date.now() + CONNECT_MS
  for (;;) {
    const { sources } = await client.request<{ sources: Source[] }>('GET', '/sources')
    const waiting = sources.filter(({ status }) => status.state !== 'up')
    if (waiting.length === 0) return []
    if (Date.now() > deadline) {
      return waiting.map(({ id, status }) => `${id}: ${status.last_error?.message ?? 'no answer'}`)
    }
    await wait(100)
  }
}
