import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compileFilter, type FilterLanguage } from '../../src/rules/filter.ts'
import { FilterError } from '../../src/rules/filter-error.ts'

/** Wrong filters, each with carets under what is wrong, what is said, and what to write instead. */
function mistakesIn(file: string): [filter: string, block: string][] {
  const text = readFileSync(join(import.meta.dirname, file), 'utf8').trimEnd()
  return text.split('\n\n').map((block) => [block.slice(0, block.indexOf('\n')), block])
}

function refusal(filter: string, language: FilterLanguage): string {
  try {
    compileFilter(filter, { language })
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    const { code, position, length, message, fix } = error
    const carets = ' '.repeat(position) + '^'.repeat(length)
    return [filter, carets, `${code}: ${message}`, ...(fix === undefined ? [] : [fix])].join('\n')
  }
  return `${filter}\nis accepted`
}

describe.each([
  ['expression', 'wrong-expressions.txt'],
  ['jsonpath', 'wrong-paths.txt'],
] as const)('a wrong %s', (language, file) => {
  it.each(mistakesIn(file))('%s is refused, and what to write is said', (filter, block) => {
    expect(refusal(filter, language)).toBe(block)
  })
})

describe('a wrong JSONPath', () => {
  it.each([
    ['$ ', 1, 1, 'A JSONPath filter does not end in white space.', 'delete the space at the end'],
    [
      '$.a \t',
      3,
      2,
      'A JSONPath filter does not end in white space.',
      'delete the space at the end',
    ],
    [
      '$["a\nb"]',
      4,
      1,
      'A control character in a string is written as an escape, such as \\n.',
      undefined,
    ],
  ] as const)('%j is refused', (filter, position, length, message, fix) => {
    const error = expect.objectContaining({ position, length, message, fix })
    expect(() => compileFilter(filter)).toThrow(error)
  })
})
