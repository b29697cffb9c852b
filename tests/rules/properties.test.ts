import fc from 'fast-check'
import { RE2JS } from 're2js'
import { describe, expect, it } from 'vitest'
import { admits, type Verdict } from '../../src/rules/filter.ts'
import { compilePattern, fromIRegexp, PatternError } from '../../src/rules/regex.ts'
import { runs, seenIn } from '../support/runs.ts'
import { entries, operands } from './expressions.ts'
import { conditions, documents } from './queries.ts'
import { select, verdict } from './support.ts'

const SEED = 20_261_120

/** Checks a law and that the cases it was checked on came out in every way there is. */
function law(claim: (a: string, b: string, entry: object) => Verdict, numRuns = 1000): void {
  const seen: Partial<Record<Verdict, number>> = {}
  fc.assert(
    fc.property(operands, operands, entries, (a, b, entry) => {
      const outcome = claim(a, b, entry)
      seen[outcome] = (seen[outcome] ?? 0) + 1
    }),
    { seed: SEED, numRuns: runs(numRuns) },
  )
  for (const outcome of ['match', 'no_match', 'undecided'] as const) {
    expect(seen[outcome] ?? 0, outcome).toBeGreaterThan(seenIn(20))
  }
}

/** Asserts that two filters say the same of an entry, and returns what. */
function same(left: string, right: string, entry: object): Verdict {
  const outcome = verdict(left, entry)
  expect(verdict(right, entry), `${left} and ${right}`).toBe(outcome)
  return outcome
}

describe('expressions', () => {
  it('follow De Morgan, undecided operands included', () => {
    law((a, b, entry) => same(`!(${a} && ${b})`, `!${a} || !${b}`, entry))
    law((a, b, entry) => same(`!(${a} || ${b})`, `!${a} && !${b}`, entry))
  })

  it('mean the same when they are negated twice', () => {
    law((a, _, entry) => same(a, `!!${a}`, entry))
    law((a, _, entry) => same(`!${a}`, `!(!(!${a}))`, entry))
  })

  it('mean the same in whatever order && and || join them', () => {
    law((a, b, entry) => same(`${a} && ${b}`, `${b} && ${a}`, entry))
    law((a, b, entry) => same(`${a} || ${b}`, `${b} || ${a}`, entry))
    law((a, b, entry) => same(`enabled && ${a} && ${b}`, `${b} && (${a} && enabled)`, entry))
    law((a, b, entry) => same(`deprecated || ${a} || ${b}`, `${b} || (${a} || deprecated)`, entry))
  })

  it('distribute && over || and || over &&', () => {
    law((a, b, entry) => same(`enabled && (${a} || ${b})`, `enabled&&${a} || enabled&&${b}`, entry))
    law((a, b, entry) =>
      same(`enabled || (${a} && ${b})`, `(enabled||${a}) && (enabled||${b})`, entry),
    )
  })

  it('exclude what they would have included, and nothing else', () => {
    law((a, b, entry) => {
      const [kept, dropped] = [verdict(a, entry), verdict(b, entry)]
      const member = admits(kept, 'include') && !admits(dropped, 'exclude')
      const subtracted = verdict(`${a} && !${b}`, entry)
      expect(member).toBe(admits(subtracted, 'include'))
      return subtracted
    })
  })

  it('choose as a decided test says, and not at all otherwise', () => {
    law((a, b, entry) => {
      const test = verdict(a, entry)
      const chosen = verdict(`${a} ? ${b} : !${b}`, entry)
      if (test === 'undecided') expect(chosen).toBe('undecided')
      else expect(chosen).toBe(verdict(test === 'match' ? b : `!${b}`, entry))
      return chosen
    })
  })

  it('say the same with in as with contains', () => {
    const items = ['name', 'title', "'a'", '2', 'null', 'true', 'meta.team', 'meta.list', 'tags']
    const containers = ['tags', 'roles', 'meta.list', 'meta.team', 'meta.cost', "['a', 2, null]"]
    let matched = 0
    fc.assert(
      fc.property(
        fc.constantFrom(...items),
        fc.constantFrom(...containers),
        entries,
        (item, container, entry) => {
          const outcome = same(`${item} in ${container}`, `${container} contains ${item}`, entry)
          if (outcome === 'match') matched++
        },
      ),
      { seed: SEED, numRuns: runs(3000) },
    )
    expect(matched).toBeGreaterThan(seenIn(200))
  })
})

describe('JSONPath conditions', () => {
  it('follow De Morgan and double negation', () => {
    let selected = 0
    fc.assert(
      fc.property(conditions, conditions, documents, (a, b, document) => {
        const all = (condition: string) => select(`$[?${condition}]`, document)
        const neither = all(`!(${a} || ${b})`)
        if (neither.length > 0) selected++
        expect(all(`!${a} && !${b}`)).toEqual(neither)
        expect(all(`!(${a} && ${b})`)).toEqual(all(`!${a} || !${b}`))
        expect(all(`!(!${a})`)).toEqual(all(a))
        expect(all(a).length + all(`!${a}`).length).toBe(all('true == true').length)
      }),
      { seed: SEED, numRuns: runs(1000) },
    )
    expect(selected).toBeGreaterThan(seenIn(100))
  })
})

/** What a glob means, by its definition: characters, not halves of them. */
function naiveGlob([c, ...rest]: readonly string[], text: readonly string[]): boolean {
  if (c === undefined) return text.length === 0
  if (c === '*')
    return naiveGlob(rest, text) || (text.length > 0 && naiveGlob([c, ...rest], text.slice(1)))
  return text.length > 0 && (c === '?' || c === text[0]) && naiveGlob(rest, text.slice(1))
}

describe('glob()', () => {
  it('agrees with its definition', () => {
    const seen = { true: 0, false: 0 }
    const text = fc.array(fc.constantFrom('a', 'b', '😀', '*', '?', 'é'), { maxLength: 7 })
    const pattern = fc.array(fc.constantFrom('a', 'b', '😀', '*', '*', '?', '.'), { maxLength: 6 })
    fc.assert(
      fc.property(text, pattern, (name, glob) => {
        const expected = naiveGlob(glob, name)
        seen[`${expected}`]++
        const entry = { name: name.join('') }
        expect(verdict(`glob(name, '${glob.join('')}')`, entry) === 'match').toBe(expected)
      }),
      { seed: SEED, numRuns: runs(10_000) },
    )
    expect(seen.true).toBeGreaterThan(seenIn(300))
    expect(seen.false).toBeGreaterThan(seenIn(300))
  })
})

/** Patterns that mean the same to RE2 and to JavaScript: no look-around, no back-references. */
const portable = fc.letrec((tie) => ({
  pattern: fc
    .array(tie('piece') as fc.Arbitrary<string>, { minLength: 1, maxLength: 4 })
    .map((pieces) => pieces.join('')),
  piece: fc
    .tuple(
      fc.oneof(
        { maxDepth: 2 },
        fc.constantFrom(
          'a',
          'b',
          '_',
          '1',
          '.',
          '[ab]',
          '[^a]',
          '[a-c1]',
          '\\d',
          '\\w',
          '\\.',
          '\\b',
        ),
        fc.constantFrom('é', '😀', '[é😀]'),
        (tie('pattern') as fc.Arbitrary<string>).map((inner) => `(?:${inner})`),
        fc
          .tuple(tie('pattern') as fc.Arbitrary<string>, tie('pattern') as fc.Arbitrary<string>)
          .map(([left, right]) => `(${left}|${right})`),
      ),
      fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,2}', '*?', '+?'),
    )
    // \b is no character to repeat.
    .map(([one, times]) => (one === '\\b' ? one : one + times)),
}))

const anchored = fc
  .tuple(fc.constantFrom('', '', '^'), portable.pattern, fc.constantFrom('', '', '$'))
  .map(([start, pattern, end]) => start + pattern + end)
  .filter((pattern) => pattern.length < 60)

const subjects = fc
  .array(fc.constantFrom('a', 'b', 'c', '_', '1', '.', 'é', '😀', '\n'), { maxLength: 7 })
  .map((characters) => characters.join(''))

describe('regular expressions', () => {
  it('find what those of JavaScript find', () => {
    const seen = { match: 0, no_match: 0 }
    fc.assert(
      fc.property(anchored, subjects, (pattern, name) => {
        const expected = new RegExp(pattern, 'u').test(name) ? 'match' : 'no_match'
        seen[expected]++
        expect(verdict(`name =~ '${pattern}'`, { name })).toBe(expected)
        expect(verdict(`!(name !~ "${pattern}")`, { name })).toBe(expected)
        expect(verdict(`$[?@ =~ '${pattern}']`, { name })).toBe(expected)
      }),
      { seed: SEED, numRuns: runs(4000) },
    )
    expect(seen.match).toBeGreaterThan(seenIn(500))
    expect(seen.no_match).toBeGreaterThan(seenIn(500))
  })

  it('that are plain text run as RE2 would run them', () => {
    const seen = { plain: 0, hits: 0, refused: 0 }
    const piece = fc.constantFrom(
      ...['^', '$', '.*', '.*', 'a', 'b', 'ab', '_', '-', ' ', 'é', '😀', '.', '|', '\\', '(', ')'],
      ...[
        '\\.',
        '\\^',
        '\\$',
        '\\*',
        '\\\\',
        '\\-',
        '\\_',
        '\\ ',
        '\\\n',
        '\\—',
        '\\é',
        '\\a',
        '\\/',
      ],
      ...['\\A', '\\z', '\\b', '\n', '{', '}', ']', '!', '~', '`', '"', '#', '&', '\\#', '\\~'],
    )
    const pattern = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(''))
    const around = fc.constantFrom('', '', 'a', '\n', 'x', '.*', '\\', '^')
    const text = fc
      .tuple(around, pattern, around)
      .map(([before, middle, after]) => before + middle.replace(/\\(.)|[$^]|\.\*/gsu, '$1') + after)
    fc.assert(
      fc.property(pattern, text, fc.constantFrom('search', 'full'), (source, subject, mode) => {
        const ours = attempt(() => compilePattern(source, mode as 'search'))
        const theirs = attempt(() => RE2JS.compile(source))
        expect(ours === undefined, JSON.stringify(source)).toBe(theirs === undefined)
        if (!ours || !theirs) return void seen.refused++
        const expected = mode === 'search' ? theirs.test(subject) : theirs.matches(subject)
        expect(ours.test(subject), JSON.stringify([source, subject, mode])).toBe(expected)
        if (ours.steps === 1) seen.plain++
        if (ours.steps === 1 && expected) seen.hits++
      }),
      { seed: SEED, numRuns: runs(20_000) },
    )
    expect(seen.plain).toBeGreaterThan(seenIn(3000))
    expect(seen.hits).toBeGreaterThan(seenIn(500))
    expect(seen.refused).toBeGreaterThan(seenIn(500))
  })

  it('of match() take a dot for any character but the ends of lines', () => {
    const texts = ['a', '.', '\n', '\r', '\u2028', '😀', 'ab']
    for (const [pattern, wanted] of [
      ['.', ['a', '.', '\u2028', '😀']],
      ['[.]', ['.']],
      ['\\.', ['.']],
      ['[^.]', ['a', '\n', '\r', '\u2028', '😀']],
      ['[\\].]', ['.']],
      ['..', ['ab']],
    ] as const) {
      const compiled = compilePattern(fromIRegexp(pattern), 'full')
      expect(
        texts.filter((text) => compiled.test(text)),
        pattern,
      ).toEqual(wanted)
    }
  })
})

function attempt<T>(compile: () => T): T | undefined {
  try {
    return compile()
  } catch (error) {
    if (error instanceof PatternError || (error as Error).name === 'RE2JSSyntaxException') {
      return undefined
    }
    throw error
  }
}
