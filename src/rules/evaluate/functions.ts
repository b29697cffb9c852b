import type { StaticType } from '../ir.ts'
import { equals } from './compare.ts'
import { type Run, spend, spendText, UNDECIDED } from './run.ts'

/** A function of the expression language: what it takes, what it yields and how it runs. */
export interface ExpressionFunction {
  readonly parameters: readonly Parameter[]
  /** The last parameter may be repeated. */
  readonly variadic?: boolean
  readonly returns: StaticType
  readonly example: string
  run(args: readonly unknown[], run: Run): unknown
}

interface Parameter {
  readonly name: string
  readonly types: readonly StaticType[]
}

const TEXT: Parameter = { name: 's', types: ['string', 'null'] }
const LIST: Parameter = { name: 'list', types: ['array', 'null'] }
const ELEMENT: Parameter = { name: 'x', types: ['string', 'number', 'boolean', 'null'] }
const part = (name: string): Parameter => ({ name, types: ['string'] })

/** Wraps a function of two texts: a missing subject is no match, anything else does not fit. */
function onTexts(test: (subject: string, other: string, run: Run) => boolean) {
  return ([subject, other]: readonly unknown[], run: Run): unknown => {
    if (subject === null) return false
    if (typeof subject !== 'string' || typeof other !== 'string') return UNDECIDED
    spendText(run, subject)
    return test(subject, other, run)
  }
}

function onText(change: (subject: string) => string) {
  return ([subject]: readonly unknown[], run: Run): unknown => {
    if (subject === null) return null
    if (typeof subject !== 'string') return UNDECIDED
    spendText(run, subject)
    return change(subject)
  }
}

function onList(test: (list: unknown[], wanted: readonly unknown[], run: Run) => boolean) {
  return ([list, ...wanted]: readonly unknown[], run: Run): unknown => {
    if (list === null) return false
    if (!Array.isArray(list)) return UNDECIDED
    spend(run, list.length * wanted.length)
    return test(list, wanted, run)
  }
}

const holds = (list: unknown[], value: unknown, run: Run) =>
  list.some((element) => equals(element, value, run))

/** The functions of the expression language, by name. */
export const EXPRESSION_FUNCTIONS: Readonly<Record<string, ExpressionFunction>> = Object.freeze({
  has: {
    parameters: [{ name: 'x', types: ['string', 'number', 'boolean', 'array', 'object', 'null'] }],
    returns: 'boolean',
    example: 'has(meta.team)',
    run: ([value]) => value !== null,
  },
  len: {
    parameters: [{ name: 'x', types: ['string', 'array', 'object', 'null'] }],
    returns: 'number',
    example: 'len(tags) > 0',
    run: ([value], run) => size(value, run) ?? (value === null ? null : UNDECIDED),
  },
  lower: {
    parameters: [TEXT],
    returns: 'string',
    example: "lower(name) == 'search'",
    run: onText((s) => s.toLowerCase()),
  },
  upper: {
    parameters: [TEXT],
    returns: 'string',
    example: "upper(source) == 'GITHUB'",
    run: onText((s) => s.toUpperCase()),
  },
  startsWith: {
    parameters: [TEXT, part('prefix')],
    returns: 'boolean',
    example: "startsWith(name, 'legal_')",
    run: onTexts((s, prefix) => s.startsWith(prefix)),
  },
  endsWith: {
    parameters: [TEXT, part('suffix')],
    returns: 'boolean',
    example: "endsWith(name, '_delete')",
    run: onTexts((s, suffix) => s.endsWith(suffix)),
  },
  glob: {
    parameters: [TEXT, part('pattern')],
    returns: 'boolean',
    example: "glob(name, 'get_*')",
    run: onTexts(globs),
  },
  any: {
    parameters: [LIST, ELEMENT],
    variadic: true,
    returns: 'boolean',
    example: "any(tags, 'finance', 'risk')",
    run: onList((list, wanted, run) => wanted.some((value) => holds(list, value, run))),
  },
  all: {
    parameters: [LIST, ELEMENT],
    variadic: true,
    returns: 'boolean',
    example: "all(tags, 'finance', 'reviewed')",
    run: onList((list, wanted, run) => wanted.every((value) => holds(list, value, run))),
  },
})

/**
 * Characters of a string (Unicode scalar values, as RFC 9535's length()), elements of an array,
 * members of an object; undefined for anything else.
 */
export function size(value: unknown, run: Run): number | undefined {
  if (typeof value === 'string') {
    spend(run, 1 + value.length)
    let count = 0
    for (const _ of value) count++
    return count
  }
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value)) return value.length
  const members = Object.keys(value).length
  spend(run, 1 + members)
  return members
}

/**
 * Matches a whole text against a pattern in which `*` stands for any run of characters and `?` for
 * one. Backtracks only to the last `*`, so the work is bounded by the product of the lengths.
 */
function globs(text: string, pattern: string, run: Run): boolean {
  let t = 0
  let p = 0
  let star = -1
  let resume = 0
  while (t < text.length) {
    spend(run, 1)
    const c = pattern[p]
    if (c === '*') {
      star = p++
      resume = t
    } else if (c === '?') {
      t += text.codePointAt(t)! > 0xffff ? 2 : 1
      p++
    } else if (c === text[t]) {
      t++
      p++
    } else if (star >= 0) {
      p = star + 1
      t = ++resume
    } else {
      return false
    }
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}
