import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EventSettings } from '../settings.ts'
import type { DetailedEvent, FileSink, TranscriptFilter } from './protocol.ts'
import { isUse, plain } from './text.ts'

interface Open {
  readonly filter: TranscriptFilter
  readonly name: string
  file: string
  part: number
  size: number
  calls: number
  failed: number
}

/** What was called between start and stop, for people to read. */
export class Transcript implements FileSink {
  readonly #settings: EventSettings['transcript']
  #open: Open | undefined

  constructor(settings: EventSettings['transcript']) {
    this.#settings = settings
  }

  start(now: number, filter: TranscriptFilter): void {
    if (this.#open) this.stop(now)
    const name = `transcript-${new Date(now).toISOString().replace(/[:.]/g, '-')}`
    const open = { filter, name, file: '', part: 0, size: 0, calls: 0, failed: 0 }
    this.#begin(open, now)
    this.#open = open
  }

  write(events: readonly DetailedEvent[]): void {
    const open = this.#open
    if (!open) return
    for (const event of events) {
      if (!isUse(event) || !isWanted(event, open.filter)) continue
      const text = entryOf(event)
      const bytes = Buffer.byteLength(text)
      if (open.size + bytes > this.#settings.max_bytes) this.#begin(open, event.at)
      appendFileSync(open.file, text)
      open.size += bytes
      open.calls += event.count
      if (event.outcome !== 'ok') open.failed += event.count
    }
  }

  stop(now: number): void {
    const open = this.#open
    if (!open) return
    this.#open = undefined
    const { calls, failed } = open
    const ended = `Ended ${new Date(now).toISOString()}: ${calls} calls, ${failed} failed.\n`
    appendFileSync(open.file, `---\n\n${ended}`)
  }

  /** Another file of the same transcript. */
  #begin(open: Open, at: number): void {
    const { directory } = this.#settings
    mkdirSync(directory, { recursive: true })
    open.part++
    const part = open.part === 1 ? '' : `-${open.part}`
    open.file = join(directory, `${open.name}${part}.md`)
    const of = Object.entries(open.filter).map(([key, value]) => `${key} ${code(String(value))}`)
    const about = of.length === 0 ? 'Of all calls' : `Of calls with ${of.join(', ')}`
    const more = open.part === 1 ? '' : ` (part ${open.part})`
    const head = `# Transcript${more}\n\n${about}, from ${new Date(at).toISOString()} on.\n\n`
    writeFileSync(open.file, head, { mode: 0o600 })
    open.size = Buffer.byteLength(head)
  }
}

function isWanted({ caller, server, session }: DetailedEvent, filter: TranscriptFilter): boolean {
  return (
    (filter.caller === undefined || filter.caller === caller) &&
    (filter.server === undefined || filter.server === server) &&
    (filter.session === undefined || filter.session === session)
  )
}

function entryOf({ at, outcome, name, details, caller, server, ms, code: reason }: DetailedEvent) {
  const mark = outcome === 'ok' ? '✓' : '✗'
  const time = new Date(at).toISOString().slice(11, 23)
  const why = reason === null ? outcome : `${outcome} (${reason})`
  const took = ms === null ? '' : `, ${ms} ms`
  const params = details?.params ? `${fenced(JSON.stringify(details.params, null, 2), 'json')}` : ''
  const result = details?.result ? `${fenced(details.result, 'text')}` : ''
  return `## [${time}] ${mark} ${code(name ?? '')}\n\n${why}, ${code(caller ?? '')} on ${code(server ?? '')}${took}\n\n${params}${result}`
}

/** Whatever is in it, it cannot end the code it stands in. */
function code(text: string): string {
  const longest = longestRun(text)
  const ticks = '`'.repeat(longest + 1)
  const pad = longest > 0 ? ' ' : ''
  return `${ticks}${pad}${plain(text)}${pad}${ticks}`
}

function fenced(text: string, language: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1))
  return `${fence}${language}\n${text}\n${fence}\n\n`
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0)
}
