import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../support/docs.ts'
import { codeIn, Page } from './page.ts'

describe('docs/reference/threat-model.md', () => {
  const rows = new Page('docs/reference/threat-model.md').table('Threats')
  const files = rows.flatMap(([, , where, proof]) => [...codeIn(where!), ...codeIn(proof!)])

  it('names for every threat a file that stands against it, and a test', () => {
    expect(rows.length).toBeGreaterThan(30)
    for (const [threat, , where, proof] of rows) {
      const source = codeIn(where!).filter((file) => file.startsWith('src/'))
      const tests = codeIn(proof!).filter((file) => /^tests\/.*\.test\.ts$/.test(file))
      expect([threat, source.length > 0, tests.length > 0]).toEqual([threat, true, true])
    }
  })

  it.each([...new Set(files)])('names %s, which is there', (file) => {
    expect(existsSync(join(ROOT, file))).toBe(true)
  })
})
