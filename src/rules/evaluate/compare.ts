import type { CompareOperator } from '../ir.ts'
import { LIMITS } from '../limits.ts'
import { EXHAUSTED, type Run, spend, spendText } from './run.ts'

/**
 * Equality of RFC 9535, 2.3.5.2.2: no coercion; arrays and objects member by member. `undefined`
 * stands for Nothing, which equals only itself.
 */
export function equals(a: unknown, b: unknown, run: Run, depth = 0): boolean {
  if (typeof a === 'string' && typeof b === 'string') {
    if (a.length !== b.length) return false
    // Texts of one length are read to the first difference, which may be the last character.
    spendText(run, a)
    return a === b
  }
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (depth > LIMITS.documentDepth) throw EXHAUSTED
  if (Array.isArray(a)) return Array.isArray(b) && equalArrays(a, b, run, depth)
  return !Array.isArray(b) && equalObjects(a, b, run, depth)
}

function equalArrays(a: unknown[], b: unknown[], run: Run, depth: number): boolean {
  if (a.length !== b.length) return false
  spend(run, a.length)
  return a.every((value, i) => equals(value, b[i], run, depth + 1))
}

function equalObjects(a: object, b: object, run: Run, depth: number): boolean {
  const keys = Object.keys(a)
  const others = Object.keys(b)
  spend(run, keys.length + others.length)
  if (keys.length !== others.length) return false
  return keys.every(
    (key) =>
      Object.hasOwn(b, key) &&
      equals(a[key as keyof typeof a], b[key as keyof typeof b], run, depth + 1),
  )
}

/** Numbers and strings are ordered among themselves; nothing else is. */
export function orderable(a: unknown, b: unknown): boolean {
  return (
    (typeof a === 'number' && typeof b === 'number') ||
    (typeof a === 'string' && typeof b === 'string')
  )
}

/** Compares two numbers or two strings; strings by Unicode scalar values (RFC 9535, 2.3.5.2.2). */
export function inOrder(operator: CompareOperator, a: unknown, b: unknown, run: Run): boolean {
  const order =
    typeof a === 'number' ? a - (b as number) : compareText(a as string, b as string, run)
  switch (operator) {
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    default:
      return order >= 0
  }
}

function compareText(a: string, b: string, run: Run): number {
  spendText(run, a.length < b.length ? a : b)
  return compareCodePoints(a, b)
}

/**
 * Orders strings by code point. JavaScript's `<` orders by UTF-16 code unit, which puts astral
 * characters (written with surrogates) before U+E000 to U+FFFF.
 */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return scalarOrder(x) - scalarOrder(y)
  }
  return a.length - b.length
}

/** Moves surrogate code units behind U+FFFF, where the characters they encode belong. */
function scalarOrder(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800
  return unit >= 0xd800 ? unit + 0x2000 : unit
}
