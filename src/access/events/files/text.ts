import { appendFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { cut } from '../details.ts'
import type { EventSettings } from '../settings.ts'
import type { DetailedEvent, FileSink } from './protocol.ts'

/** Characters of the arguments on a line. */
const PARAMS = 100

/** One line a call, for people; the file is followed by numbered ones when it is full. */
export class TextFile implements FileSink {
  readonly #settings: EventSettings['text']

  constructor(settings: EventSettings['text']) {
    this.#settings = settings
  }

  write(events: readonly DetailedEvent[]): void {
    const { file, max_bytes } = this.#settings
    const lines = events.filter(isUse).map(lineOf)
    if (lines.length === 0) return
    mkdirSync(dirname(file), { recursive: true })
    let size = existsSync(file) ? statSync(file).size : 0
    for (const line of lines) {
      const bytes = Buffer.byteLength(line)
      if (size > 0 && size + bytes > max_bytes) {
        this.#roll()
        size = 0
      }
      appendFileSync(file, line, { mode: 0o600 })
      size += bytes
    }
  }

  #roll(): void {
    const { file, backups } = this.#settings
    const names = [file, ...Array.from({ length: backups }, (_, i) => `${file}.${i + 1}`)]
    rmSync(names.at(-1)!, { force: true })
    for (let i = names.length - 2; i >= 0; i--) {
      if (existsSync(names[i]!)) renameSync(names[i]!, names[i + 1]!)
    }
  }
}

/** Whether an event is of somebody who asked for an entry; these are what calls are to people. */
export function isUse({ action, type }: DetailedEvent): boolean {
  return (action === 'call' || action === 'read') && type !== 'server'
}

function lineOf(event: DetailedEvent): string {
  const { at, outcome, name, details, caller, server, ms } = event
  const ok = outcome === 'ok' ? 'OK' : 'FAIL'
  const params = details?.params ? ` ${cut(JSON.stringify(details.params), PARAMS)}` : ''
  const rest = `caller=${caller} server=${server} ${outcome}${ms === null ? '' : ` ${ms}ms`}`
  return `${plain(`[${new Date(at).toISOString()}] ${ok} ${name}${params} ${rest}`)}\n`
}

/** Names come from clients: none of them may begin a line of its own, or colour a terminal. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd')
}
