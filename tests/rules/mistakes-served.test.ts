import { describe, expect, it } from 'vitest'
import { startFacet } from '../support/facet.ts'

const RTL = '\u202e'
const ESC = '\u001b'

describe('POST /dynamic', () => {
  it('answers with every filter that is wrong, carets under it, and what to write', async () => {
    const { api } = await startFacet()
    const rules = [
      { type: 'tool', filter: "'x' in tags" },
      { type: 'tool', filter: `name == '${RTL}${ESC}[31m' and true` },
      { type: 'prompt', filter: '$.tags[?@ =~ /^legal/i]' },
    ]
    const { status, body, headers } = await api('POST', '/dynamic', { name: 'Wrong', rules })
    expect([status, headers.get('content-type')]).toEqual([400, 'application/problem+json'])
    expect(body).toMatchObject({ code: 'invalid_filter', detail: expect.not.stringMatching('\n') })
    expect(body.errors).toEqual([
      {
        path: 'rules[1].filter',
        code: 'filter_syntax',
        position: 17,
        message: [
          'Expected an operator, found and.',
          "name == '<U+202E>␛[31m' and true",
          '                        ^^^',
          'Try: write &&',
        ].join('\n'),
      },
      {
        path: 'rules[2].filter',
        code: 'filter_syntax',
        position: 13,
        message: [
          "Expected a quoted pattern after =~, found '/'.",
          '$.tags[?@ =~ /^legal/i]',
          '             ^^^^^^^^^',
          "Try: write '(?i)^legal'",
        ].join('\n'),
      },
    ])
  })
})
