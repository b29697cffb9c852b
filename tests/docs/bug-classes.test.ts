import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../support/docs.ts'
import { codeIn, Page } from './page.ts'

describe('docs/reference/known-bug-classes.md', () => {
  const rows = new Page('docs/reference/known-bug-classes.md').table('Known classes of bugs')

  it('names tests that exist, and are run', () => {
    expect(rows.length).toBeGreaterThan(12)
    for (const [, file, name] of rows) {
      const [path, title] = [codeIn(file!)[0]!, codeIn(name!)[0]!]
      const text = readFileSync(join(ROOT, path), 'utf8')
      const titles = [...text.matchAll(/\bit(?:\.each\([\s\S]*?\))?\(\s*'([^'\n]+)'/g)]
      expect([path, titles.map((found) => found[1])]).toEqual([
        path,
        expect.arrayContaining([title]),
      ])
    }
  })
})
