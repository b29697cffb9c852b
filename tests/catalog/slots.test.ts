import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Entry } from '../../src/catalog/entry.ts'
import { toEntry } from '../../src/catalog/entry.ts'
import { Names } from '../../src/catalog/index/names.ts'
import { Order } from '../../src/catalog/index/order.ts'
import { SlotSet } from '../../src/catalog/index/slot-set.ts'
import { compareEntries } from '../../src/catalog/order.ts'
import { record } from '../support/engine.ts'

const SEED = 20_261_123

/** Few, many in a row, or spread out: lists and bitmaps, and what turns one into the other. */
const slots = fc.oneof(
  fc.uniqueArray(fc.nat(100), { maxLength: 12 }),
  fc.uniqueArray(fc.nat(1_000_000), { maxLength: 100, size: 'max' }),
  fc
    .tuple(fc.nat(500), fc.integer({ min: 50, max: 400 }))
    .map(([from, count]) => Array.from({ length: count }, (_, i) => from + i)),
)

const ascending = (all: Iterable<number>) => [...all].sort((a, b) => a - b)

describe('a set of slots', () => {
  it('holds what was put in and not taken out, in ascending order', () => {
    const change = fc.tuple(fc.constantFrom('add', 'delete', 'clone'), slots)
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), (changes) => {
        let set = new SlotSet()
        const model = new Set<number>()
        for (const [kind, all] of changes) {
          if (kind === 'clone') {
            const copy = set.clone()
            for (const slot of all) set.add(slot)
            set = copy
          }
          if (kind === 'add') {
            for (const slot of all) {
              expect(set.add(slot)).toBe(!model.has(slot))
              model.add(slot)
            }
          }
          if (kind === 'delete')
            for (const slot of all) expect(set.delete(slot)).toBe(model.delete(slot))
          expect(set.size).toBe(model.size)
          expect(set.toArray()).toEqual(ascending(model))
          for (const slot of all) expect(set.has(slot)).toBe(model.has(slot))
        }
      }),
      { seed: SEED, numRuns: 500 },
    )
  })

  it('unites, intersects and subtracts, and leaves the other set alone', () => {
    fc.assert(
      fc.property(slots, slots, fc.nat(400), (left, right, gone) => {
        // Taken out again, so that some bitmaps hold few.
        const [a, b] = [SlotSet.of(left), SlotSet.of(right)]
        for (const slot of left.slice(0, gone)) a.delete(slot)
        const [x, y] = [new Set(left.slice(gone)), new Set(right)]
        expect(a.intersect(b).toArray()).toEqual(ascending(x.intersection(y)))
        expect(b.intersect(a).toArray()).toEqual(ascending(x.intersection(y)))
        expect(a.clone().addAll(b).toArray()).toEqual(ascending(x.union(y)))
        expect(b.clone().addAll(a).size).toBe(x.union(y).size)
        expect(a.clone().deleteAll(b).toArray()).toEqual(ascending(x.difference(y)))
        expect(b.clone().deleteAll(a).size).toBe(y.difference(x).size)
        expect([a.toArray(), b.toArray()]).toEqual([ascending(x), ascending(y)])
      }),
      { seed: SEED, numRuns: 1000 },
    )
  })

  it('is a bitmap only where that is smaller', () => {
    const dense = SlotSet.of(Array.from({ length: 100_000 }, (_, i) => i))
    expect(dense.bytes).toBeLessThan(20_000)
    const sparse = SlotSet.of(Array.from({ length: 100 }, (_, i) => i * 10_000))
    expect(sparse.bytes).toBeLessThan(2_000)
    for (let slot = 10; slot < 100_000; slot++) dense.delete(slot)
    expect(dense.bytes).toBeLessThan(4_000)
  })
})

describe('names', () => {
  it('lead to the slots that have them, and tell which are contested', () => {
    const change = fc.record({ slot: fc.nat(9), name: fc.constantFrom('a', 'b', 'c', undefined) })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40, size: 'max' }), (changes) => {
        const names = new Names()
        const model = new Map<number, string>()
        for (const { slot, name } of changes) {
          const old = model.get(slot)
          if (old !== undefined) names.delete(old, slot)
          model.delete(slot)
          if (name !== undefined) {
            names.add(name, slot)
            model.set(slot, name)
          }
          for (const each of ['a', 'b', 'c']) {
            const expected = [...model].flatMap(([at, its]) => (its === each ? [at] : []))
            expect(ascending(names.get(each))).toEqual(ascending(expected))
            expect(names.contested.has(each)).toBe(expected.length > 1)
          }
        }
      }),
      { seed: SEED, numRuns: 500 },
    )
  })
})

describe('the order of slots', () => {
  it('is that of the entries, however they come and go', () => {
    const source = (sequence: number) => ({
      id: `s${sequence}`,
      sequence,
      tags: [],
      federated: true,
      prefix: '',
    })
    const batch = fc.record({
      gone: fc.array(fc.nat(60), { maxLength: 15, size: 'max' }),
      came: fc.array(
        fc.record({ name: fc.constantFrom('a', 'b', '\uffee', '😀', 'ab'), sequence: fc.nat(2) }),
        { maxLength: 15, size: 'max' },
      ),
    })
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 6 }), (batches) => {
        const entries = new Map<number, Entry>()
        const order = new Order((slot) => entries.get(slot)!)
        let next = 0
        for (const { gone, came } of batches) {
          const leaving = new Set(gone.filter((slot) => entries.has(slot)))
          order.remove(leaving)
          for (const slot of leaving) entries.delete(slot)
          const arrived = came.map(({ name, sequence }) => {
            const slot = next++
            entries.set(
              slot,
              toEntry(record(`e${slot}`, name, { key: `k${slot}` }), source(sequence)),
            )
            return slot
          })
          order.insert(arrived)
          const expected = [...entries].sort(([, a], [, b]) => compareEntries(a, b))
          expect(order.slots).toEqual(expected.map(([slot]) => slot))
          const ranks = order.ranks()
          expect(expected.map(([slot]) => ranks[slot])).toEqual(expected.map((_, rank) => rank))
        }
      }),
      { seed: SEED, numRuns: 300 },
    )
  })
})
