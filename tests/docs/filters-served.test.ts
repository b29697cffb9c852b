import { describe, expect, it } from 'vitest'
import { startFacet } from '../support/facet.ts'
import { Page } from './page.ts'

const page = new Page('docs/reference/filters.md')

describe('the examples of docs/reference/filters.md', () => {
  it('show mistakes as the service does', async () => {
    const { api } = await startFacet()
    const mistakes = page.blocksOf('mistake')
    expect(mistakes.length).toBeGreaterThan(2)
    for (const { lines } of mistakes) {
      const rules = [{ type: 'tool', filter: lines[1] }]
      const { body } = await api('POST', '/dynamic/preview', { rules })
      expect(body.errors[0].message).toBe(lines.join('\n'))
      expect(body.detail).toBe(lines[0])
    }
  })
})
