import type { QueryNode, Segment, Selector } from '../ir.ts'
import { LIMITS } from '../limits.ts'
import { EXHAUSTED, type Run, spend } from './run.ts'

/** Receives one selected value; answers true to stop looking. */
export type Emit = (value: unknown) => boolean

/** Walks from one value to what is selected from it, in the order RFC 9535 gives a nodelist. */
export type Walk = (value: unknown, run: Run, emit: Emit) => boolean

/** A compiled filter condition, evaluated with the tested value as `@`. */
export type Condition = (current: unknown, run: Run) => boolean | undefined

/** Compiles the segments of a query; `condition` compiles the filters inside them. */
export function compileWalk(
  segments: readonly Segment[],
  condition: (selector: Selector & { kind: 'filter' }) => Condition,
): Walk {
  let walk: Walk = (value, _run, emit) => emit(value)
  for (const segment of segments.toReversed()) {
    const steps = segment.selectors.map((selector) => compileSelector(selector, walk, condition))
    const here = steps.length === 1 ? steps[0]! : inTurn(steps)
    walk = segment.kind === 'child' ? here : descending(here)
  }
  return walk
}

function inTurn(steps: readonly Walk[]): Walk {
  return (value, run, emit) => {
    for (const step of steps) {
      spend(run, 1)
      if (step(value, run, emit)) return true
    }
    return false
  }
}

/** RFC 9535, 2.5.2: the value itself first, then its children, depth first. */
function descending(here: Walk): Walk {
  const visit = (value: unknown, run: Run, emit: Emit, depth: number): boolean => {
    if (typeof value !== 'object' || value === null) return false
    if (depth > LIMITS.documentDepth || ++run.depth > LIMITS.walkDepth) throw EXHAUSTED
    spend(run, 1)
    const stopped =
      here(value, run, emit) || eachChild(value, run, (child) => visit(child, run, emit, depth + 1))
    run.depth--
    return stopped
  }
  return (value, run, emit) => visit(value, run, emit, 0)
}

/** Calls `use` for each element or member value until it answers true. */
function eachChild(value: object, run: Run, use: (child: unknown) => boolean): boolean {
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      spend(run, 1)
      if (use(value[i])) return true
    }
    return false
  }
  // Paid for before the first is used: listing the members is work, however early the walk stops.
  const keys = Object.keys(value)
  spend(run, keys.length)
  for (const key of keys) if (use(value[key as keyof typeof value])) return true
  return false
}

function compileSelector(
  selector: Selector,
  next: Walk,
  condition: (selector: Selector & { kind: 'filter' }) => Condition,
): Walk {
  switch (selector.kind) {
    case 'name': {
      const member = memberReader(selector.name)
      return (value, run, emit) => {
        const found = member(value)
        return found !== undefined && next(found, run, emit)
      }
    }
    case 'index': {
      const element = elementReader(selector.index)
      return (value, run, emit) => {
        const found = element(value)
        return found !== undefined && next(found, run, emit)
      }
    }
    case 'wildcard':
      return (value, run, emit) =>
        typeof value === 'object' &&
        value !== null &&
        eachChild(value, run, (child) => next(child, run, emit))
    case 'slice':
      return slicing(selector, next)
    case 'filter': {
      const test = condition(selector)
      return (value, run, emit) => {
        if (typeof value !== 'object' || value === null) return false
        // Lists are what filters are mostly used on, and this loop is what most filters are.
        if (Array.isArray(value)) {
          for (let i = 0; i < value.length; i++) {
            spend(run, 1)
            if (test(value[i], run) === true && next(value[i], run, emit)) return true
          }
          return false
        }
        return eachChild(value, run, (child) => test(child, run) === true && next(child, run, emit))
      }
    }
  }
}

/** RFC 9535, 2.3.4.2.2: bounds are normalised, a negative step walks backwards, step 0 selects none. */
function slicing(selector: Selector & { kind: 'slice' }, next: Walk): Walk {
  const { start, end, step } = selector
  return (value, run, emit) => {
    if (!Array.isArray(value) || step === 0) return false
    const length = value.length
    const normal = (i: number) => (i >= 0 ? i : length + i)
    const clamp = (i: number, low: number, high: number) => Math.min(Math.max(i, low), high)
    if (step > 0) {
      const upper = clamp(normal(end ?? length), 0, length)
      for (let i = clamp(normal(start ?? 0), 0, length); i < upper; i += step) {
        spend(run, 1)
        if (next(value[i], run, emit)) return true
      }
      return false
    }
    const lower = end === undefined ? -1 : clamp(normal(end), -1, length - 1)
    for (let i = clamp(normal(start ?? length - 1), -1, length - 1); i > lower; i += step) {
      spend(run, 1)
      if (next(value[i], run, emit)) return true
    }
    return false
  }
}

type Reader = (value: unknown) => unknown

/** Reads an own member of an object; arrays and texts have none. Nothing is `undefined`. */
function memberReader(name: string): Reader {
  // A name that Object.prototype does not have can only be found as an own member of JSON data.
  if (!(name in Object.prototype)) {
    return (value) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? (value as Record<string, unknown>)[name]
        : undefined
  }
  return (value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.hasOwn(value, name)
      ? (value as Record<string, unknown>)[name]
      : undefined
}

function elementReader(index: number): Reader {
  return (value) =>
    Array.isArray(value) ? value[index >= 0 ? index : value.length + index] : undefined
}

/** A singular query as a plain read from its root; Nothing is `undefined`. */
export function compileRead(query: QueryNode): Reader {
  const readers = query.segments.map(({ selectors }) => {
    const selector = selectors[0]!
    if (selector.kind === 'name') return memberReader(selector.name)
    return elementReader((selector as Selector & { kind: 'index' }).index)
  })
  const [first, second] = readers
  if (!first) return (value) => value
  if (!second) return first
  if (readers.length === 2) return (value) => second(first(value))
  return (value) => {
    let found = value
    for (const read of readers) found = read(found)
    return found
  }
}
