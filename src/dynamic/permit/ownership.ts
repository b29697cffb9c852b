import type { Catalog, EntryChange } from '../../catalog/catalog.ts'
import type { Entry } from '../../catalog/entry.ts'
import { Postings } from '../../catalog/index/postings.ts'
import type { SlotSet } from '../../catalog/index/slot-set.ts'
import { ENTRY_TYPES, type EntryType } from '../../rules/fields.ts'

/** Somebody entries name: their owner, or a role they are for. */
export type Named = `owner ${string}` | `role ${string}`

/** Told of an entry that names somebody else than before. */
export type OwnershipListener = (type: EntryType, slot: number) => void

/** Which entries name which owner and which roles, kept up to date with the catalog. */
export class Ownership {
  readonly #postings = new Map(ENTRY_TYPES.map((type) => [type, new Postings()]))
  /** By type and who is named: grows with every entry that comes or goes. */
  readonly #versions = new Map<string, number>()
  readonly #listeners = new Set<OwnershipListener>()
  readonly #unsubscribe: () => void
  #revision = 0

  constructor(catalog: Catalog) {
    for (const type of ENTRY_TYPES) {
      const index = catalog.index(type)
      for (const entry of index.list()) this.#note(type, index.slotOf(entry.record.id)!, [], entry)
    }
    this.#unsubscribe = catalog.subscribe(({ entries }) => entries.forEach(this.#follow))
  }

  /** Grows whenever somebody is named who was not, or is no more. */
  get revision(): number {
    return this.#revision
  }

  /** Whether any entry names somebody. */
  isNamed(named: Named): boolean {
    return ENTRY_TYPES.some((type) => this.slots(type, named).size > 0)
  }

  /** Not to be changed; changes with the catalog. */
  slots(type: EntryType, named: Named): SlotSet {
    return this.#postings.get(type)!.get(named)
  }

  version(type: EntryType, named: Named): number {
    return this.#versions.get(`${type} ${named}`) ?? 0
  }

  subscribe(listener: OwnershipListener): void {
    this.#listeners.add(listener)
  }

  stop(): void {
    this.#unsubscribe()
  }

  readonly #follow = ({ type, slot, before, after }: EntryChange): void => {
    const was = namedBy(before)
    if (was.length === 0 && !after?.record.owner && !after?.record.roles.length) return
    if (!this.#note(type, slot, was, after)) return
    for (const listener of this.#listeners) listener(type, slot)
  }

  #note(type: EntryType, slot: number, was: readonly Named[], after: Entry | undefined): boolean {
    const is = namedBy(after)
    const gone = was.filter((named) => !is.includes(named))
    const came = is.filter((named) => !was.includes(named))
    const postings = this.#postings.get(type)!
    for (const named of gone) postings.delete(named, slot)
    for (const named of came) postings.add(named, slot)
    for (const named of [...gone, ...came]) {
      const key = `${type} ${named}`
      this.#versions.set(key, (this.#versions.get(key) ?? 0) + 1)
      this.#revision++
    }
    return gone.length + came.length > 0
  }
}

function namedBy(entry: Entry | undefined): Named[] {
  if (!entry) return []
  const { owner, roles } = entry.record
  const named: Named[] = [...new Set(roles)].map((role): Named => `role ${role}`)
  if (owner !== null) named.push(`owner ${owner}`)
  return named
}
