import { isJsonObject } from '../../catalog/json.ts'
import type { GrantRecord, Json, RecordStore } from '../../store/ports.ts'
import type { Redactor } from './redact.ts'

/** The same store, of which the redactor learns every token and client secret that goes through. */
export function learnGrants(
  store: RecordStore<GrantRecord>,
  redactor: Redactor,
): RecordStore<GrantRecord> {
  return {
    ...store,
    async all() {
      const records = await store.all()
      for (const { grant } of records) learnFrom(grant, redactor)
      return records
    },
    put(record) {
      learnFrom(record.grant, redactor)
      return store.put(record)
    },
  }
}

function learnFrom(value: Json, redactor: Redactor): void {
  if (!isJsonObject(value)) return
  for (const [name, member] of Object.entries(value)) {
    if (typeof member === 'string' && redactor.hides(name)) redactor.learn(member)
    else learnFrom(member, redactor)
  }
}
