import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ERRORS } from '../../src/errors/catalogue.ts'
import { FILTER_ERROR_CODES } from '../../src/rules/filter-error.ts'
import { tool } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'

describe('an error', () => {
  it('is a problem document with a stable code', async () => {
    const { api } = await startFacet()
    const { status, headers, body } = await api('GET', '/tools/none')
    expect(status).toBe(404)
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(body).toEqual({
      type: 'urn:facet:error:not_found',
      title: ERRORS.not_found.title,
      status: 404,
      code: 'not_found',
      detail: 'There is no tool "none".',
    })
  })

  it('says what is wrong with a body that is no JSON, of another type, or too large', async () => {
    const { api } = await startFacet()
    const broken = await api('POST', '/tools', '{"name":')
    expect([broken.status, broken.body.code]).toEqual([400, 'invalid_json'])
    const form = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '5' }
    const other = await api('POST', '/tools', 'a=b&c', form)
    expect([other.status, other.body.code]).toEqual([415, 'unsupported_media_type'])
    expect(other.body.detail).toMatch(/content-type: application\/json/)
    const large = JSON.stringify(tool('a', { description: 'x'.repeat(5 * 2 ** 20) }))
    const headers = { 'content-length': String(large.length) }
    const refused = await api('POST', '/tools', large, headers)
    expect([refused.status, refused.body.code]).toEqual([413, 'payload_too_large'])
  })

  it('is answered for addresses that lead nowhere', async () => {
    const { api } = await startFacet()
    const { status, body } = await api('GET', '/toolz')
    expect([status, body.code]).toEqual([404, 'not_found'])
  })

  it('names the methods an address takes when it is another one', async () => {
    const { api } = await startFacet()
    const { status, body, headers } = await api('PATCH', '/tools')
    expect([status, body.code]).toEqual([405, 'method_not_allowed'])
    expect(headers.get('allow')).toBe('GET, POST')
    expect((await api('GET', '/dynamic/a/activate')).headers.get('allow')).toBe('POST')
  })

  it('keeps what went wrong inside to itself, and logs it', async () => {
    const lines: string[] = []
    const { api, facet } = await startFacet({ log: (line) => lines.push(line) })
    facet.catalog.list = () => {
      throw new Error('inner secret detail')
    }
    const { status, text } = await api('GET', '/tools')
    expect(status).toBe(500)
    expect(text).not.toContain('inner secret')
    expect(lines.join()).toContain('inner secret detail')
  })
})

describe('docs/reference/errors.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/reference/errors.md'), 'utf8')
  const rows = [...page.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1]!)

  it('lists every code with its status, and no other', () => {
    expect([...rows].sort()).toEqual(
      [...Object.keys(ERRORS), ...Object.keys(FILTER_ERROR_CODES)].sort(),
    )
    for (const [code, { status }] of Object.entries(ERRORS)) {
      expect(page).toMatch(new RegExp(`^\\| \`${code}\` \\| ${status} \\|`, 'm'))
    }
  })
})
