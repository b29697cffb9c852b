import type { SelectionStore, VerdictRecord } from '../selection-port.ts'
import type { Request } from './protocol.ts'
import type { ChosenRow, VectorRow, VerdictRow } from './schema.ts'

/** Selection's part of the store, in terms of what its thread is asked. */
export function selectionStore(ask: (request: Request) => Promise<unknown>): SelectionStore {
  return {
    verdicts: {
      async load(fingerprint) {
        const rows = (await ask({ method: 'verdicts.load', fingerprint })) as VerdictRow[]
        return rows.map(({ fingerprint: _, ...verdict }): VerdictRecord => verdict)
      },
      async save(fingerprint, verdicts) {
        const rows = verdicts.map((verdict) => ({ fingerprint, ...verdict }))
        await ask({ method: 'verdicts.save', rows })
      },
    },
    chosen: {
      async load(rule) {
        const row = (await ask({ method: 'chosen.load', rule })) as ChosenRow | undefined
        return row && (JSON.parse(row.ids) as string[])
      },
      async save(rule, ids) {
        await ask({ method: 'chosen.save', row: { rule, ids: JSON.stringify(ids) } })
      },
      async remove(rule) {
        await ask({ method: 'chosen.remove', rule })
      },
    },
    vectors: {
      async load(model, hashes) {
        const usedAt = new Date().toISOString()
        const rows = (await ask({ method: 'vectors.load', model, hashes, usedAt })) as VectorRow[]
        return new Map(rows.map(({ hash, vector }) => [hash, toVector(vector)]))
      },
      async save(model, vectors) {
        const usedAt = new Date().toISOString()
        const rows = [...vectors].map(([hash, vector]) => {
          return { model, hash, vector: toBytes(vector), usedAt }
        })
        await ask({ method: 'vectors.save', rows })
      },
    },
    spend: {
      async spent(day) {
        const rows = await ask({ method: 'spend.of', day })
        const known = rows as { profile: string; tokens: number }[]
        return new Map(known.map(({ profile, tokens }) => [profile, tokens]))
      },
      async add(day, profile, tokens) {
        await ask({ method: 'spend.add', day, profile, tokens })
      },
    },
    async prune(inUse, before) {
      await ask({ method: 'selection.prune', inUse, before: before.toISOString() })
    },
  }
}

function toBytes({ buffer, byteOffset, byteLength }: Float32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

/** A copy: bytes that come from the thread need not begin where numbers may. */
function toVector(bytes: Uint8Array): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer)
}
