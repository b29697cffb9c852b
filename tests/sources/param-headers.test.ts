import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeValue, headersFor, paramHeadersOf } from '../../src/sources/param-headers.ts'
import type { JsonObject } from '../../src/store/ports.ts'

const HEADER = 'x-mcp-header'

describe('the value of a header that repeats an argument', () => {
  it('is the argument, whatever it holds, and fits into a header', () => {
    const declared = [{ header: 'A', path: ['a'], type: 'string' as const }]
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (a) => {
        const { 'Mcp-Param-A': value } = headersFor(declared, { a })
        expect(value).toMatch(/^(?:[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)?$/)
        expect(decodeValue(new Headers({ x: value! }).get('x')!)).toBe(a)
      }),
    )
  })

  it('is not there for what is null or absent', () => {
    const declared = [{ header: 'A', path: ['a', 'b'], type: 'string' as const }]
    const absent: JsonObject[] = [{}, { a: null }, { a: {} }, { a: { b: null } }, { a: 'b' }]
    for (const args of absent) {
      expect(headersFor(declared, args)).toEqual({})
    }
    expect(headersFor(declared, { a: { b: 'x' } })).toEqual({ 'Mcp-Param-A': 'x' })
  })
})

describe('the declarations of a schema', () => {
  it('are found wherever properties alone lead, and nowhere else', () => {
    const path = fc.array(fc.stringMatching(/^[a-z]{1,5}$/), { minLength: 1, maxLength: 5 })
    const keyword = fc.constantFrom('items', 'allOf', '$defs', 'not', 'if', 'additionalProperties')
    const leaf = { type: 'string', [HEADER]: 'Found' }
    const wrap = (keys: readonly string[], inner: object): object =>
      keys.reduceRight<object>(
        (node, key) => ({ type: 'object', properties: { [key]: node } }),
        inner,
      )
    fc.assert(
      fc.property(path, path, keyword, (above, below, word) => {
        expect(paramHeadersOf(wrap(above, leaf) as never)).toEqual([
          { header: 'Found', path: above, type: 'string' },
        ])
        const hidden = wrap(above, { [word]: wrap(below, leaf) })
        expect(paramHeadersOf(hidden as never)).toHaveProperty('fault')
      }),
    )
  })
})
