import { type Entry, toEntry } from '../../catalog/entry.ts'
import type { ApprovalRecord } from '../../store/ports.ts'
import { hashOf } from './content.ts'
import { isName } from './name-records.ts'

/** What there is to say about one member of a server under review. */
export type Verdict = 'approved' | 'new' | 'changed' | 'rejected'

/** Told the id of a server whose decisions changed. */
export type ApprovalListener = (server: string) => void

/** An entry as it was approved, and the entry as it is that it stands for. */
interface Kept {
  readonly from: Entry
  readonly entry: Entry
}

/**
 * The decisions about entries of servers under review, in memory. What nothing is known of is new:
 * before decisions are loaded nothing is approved.
 */
export class Approvals {
  readonly #servers = new Map<string, Map<string, ApprovalRecord>>()
  /** By server and name: the id of the entry that the name means. */
  readonly #names = new Map<string, Map<string, string>>()
  readonly #kept = new WeakMap<ApprovalRecord, Kept>()
  #revision = 0
  #remember: (records: readonly ApprovalRecord[]) => void = () => undefined
  readonly #listeners = new Set<ApprovalListener>()

  /** Grows with every change of decisions. */
  get revision(): number {
    return this.#revision
  }

  get(server: string, entry: string): ApprovalRecord | undefined {
    return this.#servers.get(server)?.get(entry)
  }

  /** The entry that a name of a server means; undefined for one that meant nothing yet. */
  holder(server: string, name: string): string | undefined {
    return this.#names.get(server)?.get(name)
  }

  hasNames(server: string): boolean {
    return this.#names.has(server)
  }

  /** How an entry, as it is now, stands on a server. */
  verdict(server: string, entry: Entry): Verdict {
    const { id, definition } = entry.record
    const approval = this.get(server, id)
    if (!approval) return 'new'
    if (approval.hash !== hashOf(definition)) return 'changed'
    this.#kept.set(approval, { from: entry, entry })
    return approval.state
  }

  /**
   * A changed entry as it was approved; undefined when it never was. The same object for as long
   * as nothing changes, so that nobody is told of a change.
   */
  asApproved(server: string, entry: Entry): Entry | undefined {
    const approval = this.get(server, entry.record.id)
    if (approval?.state !== 'approved') return undefined
    const before = this.#kept.get(approval)
    if (before?.from === entry) return before.entry
    const record = { ...entry.record, definition: approval.definition }
    const made = toEntry(record, entry.source, before?.entry)
    this.#kept.set(approval, { from: entry, entry: made })
    return made
  }

  /** Takes decisions over, silently: those who write them tell when all of a change is there. */
  take(records: readonly ApprovalRecord[]): void {
    this.#revision++
    for (const record of records) {
      if (isName(record)) {
        const names = this.#names.get(record.server) ?? new Map<string, string>()
        this.#names.set(record.server, names.set(record.entry, record.hash))
        continue
      }
      const ofServer = this.#servers.get(record.server)
      if (ofServer) ofServer.set(record.entry, record)
      else this.#servers.set(record.server, new Map([[record.entry, record]]))
    }
  }

  /** Forgets all decisions of a server. */
  drop(server: string): void {
    this.#revision++
    this.#servers.delete(server)
    this.#names.delete(server)
  }

  /**
   * Forgets entries that are gone for good. Answers which of them anything was known of. A name goes
   * on to mean what is gone: nobody else has it without being approved.
   */
  forget(entries: readonly string[]): string[] {
    this.#revision++
    return entries.filter((entry) => {
      let found = false
      for (const ofServer of this.#servers.values()) found = ofServer.delete(entry) || found
      return found
    })
  }

  /** Ids of all entries that something was decided about. */
  entries(): Set<string> {
    return new Set([...this.#servers.values()].flatMap((ofServer) => [...ofServer.keys()]))
  }

  /** Has names that mean something for the first time stored. */
  rememberBy(remember: (records: readonly ApprovalRecord[]) => void): void {
    this.#remember = remember
  }

  /** Takes over what names mean from now on, for those that meant nothing before. */
  note(records: readonly ApprovalRecord[]): void {
    if (records.length === 0) return
    this.take(records)
    this.#remember(records)
  }

  subscribe(listener: ApprovalListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  tell(server: string): void {
    for (const listener of this.#listeners) listener(server)
  }
}
