import { describe, expect, it } from 'vitest'
import { EXPRESSION_FUNCTIONS } from '../../src/rules/evaluate/functions.ts'
import { CALLER_FIELDS, ENTRY_TYPES, type EntryType, FIELDS } from '../../src/rules/fields.ts'
import { compileFilter, type Filter, type FilterOptions } from '../../src/rules/filter.ts'
import { FILTER_ERROR_CODES, FilterError } from '../../src/rules/filter-error.ts'
import { JSONPATH_FUNCTIONS } from '../../src/rules/jsonpath/functions.ts'
import { LIMITS } from '../../src/rules/limits.ts'
import { codeIn, type FilterExample, Page } from './page.ts'

const page = new Page('docs/reference/filters.md')
const entries = page.named('entry')
const callers = page.named('caller')
const examples = page.examples()

function attempt(filter: string, options: FilterOptions = {}): Filter | FilterError {
  try {
    return compileFilter(filter, options)
  } catch (error) {
    if (error instanceof FilterError) return error
    throw error
  }
}

/** What a filter says of an entry, or how it is refused, in the words of the page. */
function said({ filter, entry, caller, types, language }: FilterExample): string {
  const options = {
    language,
    types: types as EntryType[] | undefined,
    caller: caller !== undefined,
  }
  const result = attempt(filter, options)
  if (!(result instanceof FilterError)) {
    return result.evaluate(entries.get(entry)!, callers.get(caller ?? ''))
  }
  const fix = result.fix === undefined ? '' : `: ${result.fix}`
  return `${result.code} at ${result.position}${fix}`
}

/** A node without where it stands in the text. */
function bare(filter: string): unknown {
  const text = JSON.stringify(compileFilter(filter).node, (key, value) =>
    key === 'span' ? undefined : value,
  )
  return JSON.parse(text)
}

describe('the examples of docs/reference/filters.md', () => {
  it('are many, of every verdict that one entry can show, and of nearly every error', () => {
    expect(examples.length).toBeGreaterThan(200)
    const outcomes = new Set(examples.map(({ says }) => says.split(' ')[0]))
    const shown = Object.keys(FILTER_ERROR_CODES).filter(
      (code) => !['filter_empty', 'filter_too_long'].includes(code),
    )
    expect([...outcomes].sort()).toEqual(['match', 'no_match', 'undecided', ...shown].sort())
  })

  it.for(examples)('line $line: $filter → $says', (example) => {
    expect(said(example)).toBe(example.says)
  })

  it.for(page.pairs('same', '≡'))('line $line: $left is $right', ({ left, right }) => {
    expect(bare(left)).toEqual(bare(right))
  })

  it.for(page.pairs('warnings', '→'))('line $line: $left warns', ({ left, right }) => {
    const filter = compileFilter(left)
    expect(filter.warnings.map(({ message }) => message)).toEqual([right])
    expect(filter.evaluate(entries.get('create_issue')!)).toBe('no_match')
  })
})

describe('the tables of docs/reference/filters.md', () => {
  const words: Readonly<Record<string, string>> = { string: 'text', array: 'list' }
  const word = (type: string) => words[type] ?? type

  it('list the fields of entries and of callers', () => {
    const rows = page.table('Fields').map(([name, type, of]) => [codeIn(name!)[0], type, of])
    const expected = Object.entries(FIELDS).map(([name, { type, of }]) => [
      name,
      word(type),
      of ? of.map((each) => `\`${each}\``).join(', ') : 'all',
    ])
    expect(rows).toEqual(expected)
    expect(page.table('The caller').map(([name, type]) => [codeIn(name!)[0], type])).toEqual(
      Object.entries(CALLER_FIELDS).map(([name, type]) => [name, word(type)]),
    )
  })

  it('list the functions of expressions, with what they take and answer', () => {
    const rows = page.table('Functions').map(([call, answers]) => [codeIn(call!)[0], answers])
    const expected = Object.entries(EXPRESSION_FUNCTIONS).map(([name, each]) => {
      const parameters = each.parameters.map((parameter) => parameter.name)
      if (each.variadic) parameters.push('…')
      return [`${name}(${parameters.join(', ')})`, word(each.returns)]
    })
    expect(rows).toEqual(expected)
  })

  it('list the functions of JSONPath, with what they take', () => {
    const rows = page.table('Functions of JSONPath').map(([call]) => codeIn(call!)[0])
    const expected = Object.entries(JSONPATH_FUNCTIONS).map(([name, { args, logical }]) => {
      const parameters = args.map((arg, i) => (logical && i === 1 ? 'pattern' : arg))
      return `${name}(${parameters.join(', ')})`
    })
    expect(rows).toEqual(expected)
  })

  it('list every limit with its value', () => {
    const rows = page
      .table('Limits')
      .map(([name, value]) => [codeIn(name!)[0], Number(value!.replaceAll(',', ''))])
    expect(rows).toEqual(Object.entries(LIMITS))
  })

  it('list every error code with its meaning', () => {
    const rows = page.table('Errors').map(([code, meaning]) => [codeIn(code!)[0], meaning])
    expect(rows).toEqual(Object.entries(FILTER_ERROR_CODES))
  })

  it('name the entry types there are', () => {
    const [, , , meaning] = page.table('Fields').find(([name]) => name === '`type`')!
    expect(codeIn(meaning!)).toEqual([...ENTRY_TYPES])
  })
})

describe('coming from another language', () => {
  const languages = ['jq', 'CEL', 'Python', 'JavaScript', 'JSONPath over a catalog']
  const rows = languages.flatMap((language) =>
    page.table(language).map(([theirs, ...ours]) => ({
      theirs: codeIn(theirs!)[0]!,
      ours: ours.flatMap(codeIn),
    })),
  )

  it('has an answer in every row', () => {
    expect(rows.length).toBeGreaterThan(40)
    for (const { theirs, ours } of rows) expect(ours.length, theirs).toBeGreaterThan(0)
  })

  it.for(rows)('$theirs is written $ours', ({ ours }) => {
    for (const filter of ours) {
      const { warnings, evaluate } = compileFilter(filter)
      expect([filter, evaluate(entries.get('create_issue')!)]).toEqual([filter, 'match'])
      expect(warnings).toEqual([])
    }
  })

  it.for(rows)('$theirs pasted is never silently something else', ({ theirs }) => {
    const result = attempt(theirs)
    if (result instanceof FilterError || result.warnings.length > 0) return
    expect(result.evaluate(entries.get('create_issue')!)).toBe('match')
  })
})

describe('the links of docs/reference/filters.md', () => {
  it('lead to headings of the page', () => {
    const headings = [...page.text.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
      title!
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    )
    for (const [, anchor] of page.text.matchAll(/\]\(#([\w-]+)\)/g)) {
      expect(headings).toContain(anchor)
    }
  })
})
