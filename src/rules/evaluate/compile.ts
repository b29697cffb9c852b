import { inTurn } from '../analyse/plan.ts'
import type { CallNode, CompareNode, MembershipNode, Node, QueryNode, RegexNode } from '../ir.ts'
import { LIMITS } from '../limits.ts'
import { compilePattern, fromIRegexp, type Pattern, PatternError } from '../regex.ts'
import { equals, inOrder, orderable } from './compare.ts'
import { EXPRESSION_FUNCTIONS, size } from './functions.ts'
import { type Condition, compileRead, compileWalk } from './query.ts'
import { type Run, spend, spendPattern, spendSearch, spendText, UNDECIDED } from './run.ts'
import { selectsText, textOf } from './text-elements.ts'

type Value = (current: unknown, run: Run) => unknown

/**
 * Compiles a node to a condition: true, false, or undefined when its operands do not fit (a text
 * where a truth value is wanted). Undecided spreads as in Kleene's logic: it is lost only where
 * the other operand settles the matter.
 */
export function compileCondition(node: Node): Condition {
  switch (node.kind) {
    case 'and':
      return conjunction(inTurn(node.operands).map(compileCondition))
    case 'or':
      return disjunction(node.operands.map(compileCondition))
    case 'not': {
      const operand = compileCondition(node.operand)
      return (current, run) => {
        spend(run, 1)
        const truth = operand(current, run)
        return truth === undefined ? undefined : !truth
      }
    }
    case 'compare':
      return comparison(node)
    case 'regex':
      return patternTest(node)
    case 'membership':
      return membership(node)
    case 'exists':
      return selects(node.query, () => true)
    case 'selects':
      return selects(node.query, (value) => value !== false && value !== null)
    case 'conditional': {
      const choose = chooser(
        node.test,
        compileCondition(node.consequent),
        compileCondition(node.alternate),
      )
      return (current, run) => choose(current, run) as boolean | undefined
    }
    default: {
      const value = compileValue(node)
      return (current, run) => truthOf(value(current, run))
    }
  }
}

/** Conditions are boolean and null is false; nothing else is a truth value. */
function truthOf(value: unknown): boolean | undefined {
  if (value === true) return true
  return value === false || value === null || value === undefined ? false : undefined
}

function conjunction(operands: readonly Condition[]): Condition {
  return (current, run) => {
    let decided = true
    for (const operand of operands) {
      spend(run, 1)
      const truth = operand(current, run)
      if (truth === false) return false
      if (truth === undefined) decided = false
    }
    return decided ? true : undefined
  }
}

function disjunction(operands: readonly Condition[]): Condition {
  return (current, run) => {
    let decided = true
    for (const operand of operands) {
      spend(run, 1)
      const truth = operand(current, run)
      if (truth === true) return true
      if (truth === undefined) decided = false
    }
    return decided ? false : undefined
  }
}

function chooser<T>(
  test: Node,
  consequent: (current: unknown, run: Run) => T,
  alternate: (current: unknown, run: Run) => T,
) {
  const condition = compileCondition(test)
  return (current: unknown, run: Run): T | undefined => {
    spend(run, 1)
    const truth = condition(current, run)
    if (truth === undefined) return undefined
    return truth ? consequent(current, run) : alternate(current, run)
  }
}

/** Compiles a node to a value. Nothing (RFC 9535) is `undefined`; expressions read it as null. */
export function compileValue(node: Node): Value {
  switch (node.kind) {
    case 'literal': {
      const { value } = node
      return () => value
    }
    case 'list': {
      const values = node.elements.map((element) => element.value)
      return () => values
    }
    case 'query':
      return singular(node)
    case 'call':
      return call(node)
    case 'conditional': {
      const choose = chooser(node.test, compileValue(node.consequent), compileValue(node.alternate))
      return (current, run) => {
        const value = choose(current, run)
        return value === undefined ? UNDECIDED : value
      }
    }
    default: {
      const condition = compileCondition(node)
      return (current, run) => condition(current, run) ?? UNDECIDED
    }
  }
}

function singular(node: QueryNode): Value {
  const read = compileRead(node)
  if (node.root === 'current') return (current) => read(current)
  if (node.root === 'caller') return (_current, run) => read(run.caller) ?? null
  return node.missing === 'null'
    ? (_current, run) => read(run.document) ?? null
    : (_current, run) => read(run.document)
}

function selects(query: QueryNode, emit: (value: unknown) => boolean): Condition {
  if (query.singular) {
    const value = singular(query)
    return (current, run) => {
      spend(run, 1)
      const found = value(current, run)
      return found !== undefined && emit(found)
    }
  }
  const quick = selectsText(query)
  if (quick) return quick
  const walk = compileWalk(query.segments, (selector) => compileCondition(selector.condition))
  return query.root === 'current'
    ? (current, run) => walk(current, run, emit)
    : (_current, run) => walk(run.document, run, emit)
}

/** `@ == 'text'`, on either side, among other conditions. */
function equalsText(node: CompareNode): Condition | undefined {
  const wanted = textOf(node)
  if (wanted === undefined) return undefined
  return (current, run) => {
    spend(run, 1)
    if (typeof current !== 'string' || current.length !== wanted.length) return false
    spendText(run, wanted)
    return current === wanted
  }
}

function comparison(node: CompareNode): Condition {
  const quick = equalsText(node)
  if (quick) return quick
  const left = compileValue(node.left)
  const right = compileValue(node.right)
  const { operator } = node
  if (operator === '==' || operator === '!=') {
    const wanted = operator === '=='
    return (current, run) => {
      spend(run, 1)
      const a = left(current, run)
      const b = right(current, run)
      if (a === UNDECIDED || b === UNDECIDED) return undefined
      return equals(a, b, run) === wanted
    }
  }
  const orEqual = operator === '<=' || operator === '>='
  return (current, run) => {
    spend(run, 1)
    const a = left(current, run)
    const b = right(current, run)
    if (orderable(a, b)) return inOrder(operator, a, b, run)
    if (!node.strict) return orEqual && equals(a, b, run)
    return a === null || b === null ? false : undefined
  }
}

function patternTest(node: RegexNode): Condition {
  const subject = compileValue(node.subject)
  const pattern = compilePattern(node.pattern, 'search')
  const { negated, strict } = node
  return (current, run) => {
    spend(run, 1)
    const text = subject(current, run)
    if (typeof text === 'string') {
      spendPattern(run, text, pattern.steps)
      return pattern.test(text) !== negated
    }
    return strict && text !== null ? undefined : negated
  }
}

function membership(node: MembershipNode): Condition {
  const item = compileValue(node.item)
  const container = compileValue(node.container)
  return (current, run) => {
    const wanted = item(current, run)
    const within = container(current, run)
    if (within === null) return false
    if (Array.isArray(within)) {
      spend(run, 1 + within.length)
      if (wanted === UNDECIDED) return undefined
      for (const element of within) if (equals(element, wanted, run)) return true
      return false
    }
    if (typeof within !== 'string') return undefined
    if (wanted === null) return false
    if (typeof wanted !== 'string') return undefined
    spendSearch(run, within, wanted)
    return within.includes(wanted)
  }
}

function call(node: CallNode): Value {
  const ours = EXPRESSION_FUNCTIONS[node.name]
  if (!ours) return pathFunction(node)
  const args = node.args.map(compileValue)
  // Written over by each evaluation: no function keeps it, and none is called within itself.
  const values: unknown[] = args.map(() => null)
  return (current, run) => {
    spend(run, 1)
    let isDecided = true
    for (let i = 0; i < args.length; i++) {
      values[i] = args[i]!(current, run)
      if (values[i] === UNDECIDED) isDecided = false
    }
    return isDecided ? ours.run(values, run) : UNDECIDED
  }
}

/** The function extensions of RFC 9535, 2.4. */
function pathFunction(node: CallNode): Value {
  const [first, second] = node.args
  switch (node.name) {
    case 'count':
    case 'value': {
      const walk = compileWalk((first as QueryNode).segments, (s) => compileCondition(s.condition))
      const fromCurrent = (first as QueryNode).root === 'current'
      const onlyValue = node.name === 'value'
      return (current, run) => {
        let count = 0
        let only: unknown
        walk(fromCurrent ? current : run.document, run, (found) => {
          only = found
          return ++count > 1 && onlyValue
        })
        if (!onlyValue) return count
        return count === 1 ? only : undefined
      }
    }
    case 'length': {
      const value = compileValue(first!)
      return (current, run) => size(value(current, run), run)
    }
    default:
      return matches(first!, second!, node.name === 'match' ? 'full' : 'search')
  }
}

/** Steps a pattern taken from the document costs, to pay for compiling it on the spot. */
const COMPILE_STEPS = 10_000

/** And for each of its characters: one can stand for a thousand ranges of Unicode. */
const COMPILE_STEPS_PER_CHARACTER = 500

/** match() and search(): a pattern that is no I-Regexp, or not a string, matches nothing. */
function matches(subjectNode: Node, patternNode: Node, mode: 'full' | 'search'): Value {
  const subject = compileValue(subjectNode)
  const compile = (pattern: string) => compilePattern(fromIRegexp(pattern), mode)
  const fixed =
    patternNode.kind === 'literal'
      ? typeof patternNode.value === 'string'
        ? compile(patternNode.value)
        : null
      : undefined
  const dynamic = compileValue(patternNode)
  const patternOf = (source: string, run: Run): Pattern | null => {
    if (source.length > LIMITS.patternCharacters) return null
    run.patterns ??= new Map()
    const key = `${mode} ${source}`
    const known = run.patterns.get(key)
    if (known !== undefined) return known
    spend(run, COMPILE_STEPS + source.length * COMPILE_STEPS_PER_CHARACTER)
    const pattern = tryCompile(() => compile(source))
    run.patterns.set(key, pattern)
    return pattern
  }
  return (current, run) => {
    spend(run, 1)
    const text = subject(current, run)
    if (typeof text !== 'string') return false
    let pattern = fixed
    if (pattern === undefined) {
      const source = dynamic(current, run)
      if (typeof source !== 'string') return false
      pattern = patternOf(source, run)
    }
    if (!pattern) return false
    spendPattern(run, text, pattern.steps)
    return pattern.test(text)
  }
}

function tryCompile<T>(compile: () => T): T | null {
  try {
    return compile()
  } catch (error) {
    if (error instanceof PatternError) return null
    throw error
  }
}
