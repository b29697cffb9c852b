import { describe, expect, it } from 'vitest'
import { compileFilter } from '../../src/rules/filter.ts'
import { entry, select, verdict } from './support.ts'

const syntax = expect.objectContaining({ code: 'filter_syntax' })

describe('blank space in a JSONPath', () => {
  const list = [1, [2, 3], { a: 4 }, 'it']
  it.for([
    ['between segments', '$_[1]_[0]', [2]],
    ['around selectors', '$[_0_,_3_]', [1, 'it']],
    ['in slices', '$[_0_:_2_:_1_]', [1, [2, 3]]],
    ['in slices without a step', '$[0_:_1_]', [1]],
    ['around conditions', '$[?_@_==_1_]', [1]],
    ['inside and around parentheses', '$[?_(_@_==_1_)_]', [1]],
    ['after a negation', '$[?!_(_@_!=_1_)_]', [1]],
    ['around && and ||', '$[?_@_==_1_&&_true_==_true_||_@_==_9_]', [1]],
    ['around arguments', '$[?length(_@_)_==_2_]', [[2, 3], 'it']],
    ['around several arguments', "$[?match(_@_,_'it'_)_]", ['it']],
    ['around patterns', "$[?_@_=~_'it'_]", ['it']],
  ] as const)('is allowed %s', ([, shape, selected]) => {
    const filled = (blank: string) => shape.replaceAll('_', blank)
    for (const blank of ['', ' ', '\t', '\n', '\r', ' \n ']) {
      expect(select(filled(blank), list), JSON.stringify(blank)).toEqual(selected)
    }
  })

  it('is refused after a dot, before and after a path', () => {
    expect(() => compileFilter('$. name')).toThrow(syntax)
    expect(() => compileFilter('$.name ', { language: 'jsonpath' })).toThrow(syntax)
    expect(() => compileFilter(' $.name', { language: 'jsonpath' })).toThrow(syntax)
  })
})

describe('a literal of a JSONPath', () => {
  it.for([
    ["'\\uE000'", '\ue000'],
    ["'\\uD7FF'", '\ud7ff'],
    ["'\\uFFFF'", '\uffff'],
    ["'\\uD800\\uDC00'", '\u{10000}'],
    ["'\\uDBFF\\uDFFF'", '\u{10ffff}'],
    ['1e+2', 100],
    ['1E-2', 0.01],
    ['-0', 0],
    ['1.25', 1.25],
  ] as const)('%s is %j', ([literal, value]) => {
    expect(select(`$[?@ == ${literal}]`, [value, 'other'])).toEqual([value])
  })

  it.for([
    "'\\uDC00'",
    "'\\uDFFF'",
    "'\\uD800'",
    "'\\uD800\\uE000'",
    "'\\uDBFF\\uDBFF'",
    "'\\u00'",
  ])('is refused: %s', (literal) => {
    expect(() => select(`$[?@ == ${literal}]`, [])).toThrow(syntax)
  })
})

describe('a pattern in a JSONPath', () => {
  it('holds a quote after a backslash', () => {
    expect(select("$[?@ =~ 'it\\'s']", ["it's", 'its'])).toEqual(["it's"])
  })

  it('is a string in match(), where a backslash is written with two', () => {
    expect(select("$[?match(@, 'C:\\\\\\\\d')]", ['C:\\d', 'C:5'])).toEqual(['C:\\d'])
  })
})

describe('the warnings of a JSONPath', () => {
  const noField = (rest = '') => `No entry has a field "zzz".${rest}`
  const notTheEntry = 'Here @ is the value of each field, not the entry. Did you mean $.name?'
  const textsHaveNone = (rest = '') =>
    `The elements of tags are texts, without a member "zzz".${rest}`
  it.for([
    ['$.zzz', [[1, noField()]]],
    ['$.tool', [[1, 'No entry has a field "tool". A filter sees one entry, and $ is that entry.']]],
    ['$.tag', [[1, 'No entry has a field "tag". Did you mean tags?']]],
    ['$[0]', []],
    ['$.*', []],
    ['$..zzz', []],
    ["$[?@.name == 'x']", [[3, notTheEntry]]],
    ["$[?'x' == @.name]", [[10, notTheEntry]]],
    ['$[?@.name]', [[3, notTheEntry]]],
    ['$[?!@.name]', [[4, notTheEntry]]],
    ["$[?@.x || @.name =~ 'x']", [[10, notTheEntry]]],
    ['$[?@.x && length(@.name) > 1]', [[17, notTheEntry]]],
    ["$[?@.zzz == 'x']", []],
    ["$[?@.type == 'x' && @.title == 'x']", []],
    ['$.tags.zzz', [[1, 'tags has no member "zzz".']]],
    ['$.tags.length', [[1, 'tags has no member "length". Did you mean length($.tags)?']]],
    ['$.meta.zzz', []],
    ['$.tags[?@.zzz]', [[8, textsHaveNone()]]],
    [
      '$.tags[?@.length > 2]',
      [[8, 'The elements of tags are texts, without a member "length". Did you mean length(@)?']],
    ],
  ] as const)('say of %s where and what nothing has', ([filter, expected]) => {
    const warnings = expected.map(([position, message]) => ({
      code: 'unknown_member',
      message,
      position,
    }))
    expect(compileFilter(filter).warnings).toEqual(warnings)
    expect(verdict(filter, entry())).not.toBe('exhausted')
  })
})
