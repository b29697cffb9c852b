import {
  appendFileSync,
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { EventSettings } from '../settings.ts'
import type { DetailedEvent, FileSink } from './protocol.ts'

export const CURRENT = 'calls.jsonl'
const ARCHIVE = /^(\d{4}-\d{2}-\d{2})\.jsonl\.gz$/
/** A day that was put aside and is not compressed yet. */
const ASIDE = /^(\d{4}-\d{2}-\d{2})\.jsonl$/
const DAY_MS = 24 * 60 * 60 * 1000

/**
 * One event a line. What is of an earlier day is put aside and compressed; archives that are too
 * old are removed, and nothing else is touched.
 */
export class JsonlFile implements FileSink {
  readonly #directory: string
  readonly #days: number
  /** The day (UTC) of what is in the current file; undefined for an empty one. */
  #day: string | undefined
  #hasLooked = false

  constructor({ directory, days }: EventSettings['jsonl']) {
    this.#directory = directory
    this.#days = days
  }

  write(events: readonly DetailedEvent[]): void {
    for (const [day, of] of Map.groupBy(events, ({ at }) => dayOf(at))) {
      this.#turn(day)
      mkdirSync(this.#directory, { recursive: true })
      const lines = of.map((event) => `${JSON.stringify(lineOf(event))}\n`).join('')
      appendFileSync(join(this.#directory, CURRENT), lines, { mode: 0o600 })
      this.#day = this.#day !== undefined && this.#day > day ? this.#day : day
    }
  }

  async tidy(now: number): Promise<void> {
    if (!existsSync(this.#directory)) return
    this.#turn(dayOf(now))
    for (const name of readdirSync(this.#directory)) {
      if (ASIDE.test(name)) await compress(join(this.#directory, name))
    }
    const oldest = dayOf(now - this.#days * DAY_MS)
    for (const name of readdirSync(this.#directory)) {
      const day = ARCHIVE.exec(name)?.[1]
      if (day !== undefined && day < oldest) rmSync(join(this.#directory, name))
    }
  }

  /** What an earlier run left is of the day it was written last. */
  #look(): void {
    if (this.#hasLooked) return
    const file = statSync(join(this.#directory, CURRENT), { throwIfNoEntry: false })
    if (file && file.size > 0) this.#day = dayOf(file.mtimeMs)
    this.#hasLooked = true
  }

  /** Puts the current file aside when it is of an earlier day. */
  #turn(day: string): void {
    this.#look()
    if (this.#day === undefined || this.#day >= day) return
    const aside = join(this.#directory, `${this.#day}.jsonl`)
    const current = join(this.#directory, CURRENT)
    if (existsSync(current)) {
      if (existsSync(aside)) {
        appendFileSync(aside, readFileSync(current))
        rmSync(current)
      } else renameSync(current, aside)
    }
    this.#day = undefined
  }
}

/** Compressed beside the archive first: a crash leaves the file as it was, to be done again. */
async function compress(file: string): Promise<void> {
  const archive = `${file}.gz`
  const part = `${archive}.part`
  await pipeline(createReadStream(file), createGzip(), createWriteStream(part, { mode: 0o600 }))
  // Archives that follow each other in one file are one to whoever reads them.
  if (existsSync(archive)) {
    appendFileSync(archive, readFileSync(part))
    rmSync(part)
  } else renameSync(part, archive)
  rmSync(file)
}

const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10)

/** The members that readers of call logs know, and then those of the event. */
function lineOf({ details, ...event }: DetailedEvent) {
  return {
    ts: new Date(event.at).toISOString(),
    tool: event.name,
    params: details?.params ?? null,
    result: details?.result ?? null,
    ok: event.outcome === 'ok',
    principal: event.caller,
    server: event.server,
    source: event.source,
    ms: event.ms,
    decision: event.decision,
    action: event.action,
    outcome: event.outcome,
    code: event.code,
    decided_by: event.decidedBy,
    acting_as: event.actingAs,
    credential: event.credential,
    type: event.type,
    entry: event.entry,
    bytes_in: event.bytesIn,
    bytes_out: event.bytesOut,
    count: event.count,
    session: event.session,
    request: event.request,
    trace: event.trace,
    address: event.address,
  }
}
