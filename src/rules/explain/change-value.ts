import type { CompareNode, CompareOperator, Node, RegexNode } from '../ir.ts'
import type { Change } from './change.ts'
import { set } from './edit.ts'
import { isLiteral, type Place, placeOf } from './place.ts'
import { quoted, showValue } from './show-value.ts'

const MIRRORED: Readonly<Record<CompareOperator, CompareOperator>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}

const OPPOSITE: Readonly<Record<CompareOperator, CompareOperator>> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
}

const WORDS: Readonly<Record<CompareOperator, string>> = {
  '==': 'equal to',
  '!=': 'other than',
  '<': 'less than',
  '<=': 'at most',
  '>': 'greater than',
  '>=': 'at least',
}

type Scalar = string | number | boolean | null

/** What to do about `name == 'x'`, `meta.cost < 5`. */
export function changeCompared(
  { operator, left, right }: CompareNode,
  wanted: boolean,
  document: object,
): Change | undefined {
  const isMirrored = isLiteral(left)
  const [read, literal] = isMirrored ? [right, left] : [left, right]
  const place = placeOf(read, document)
  if (!place || !isLiteral(literal)) return undefined
  const straight = isMirrored ? MIRRORED[operator] : operator
  return makeValue(place, wanted ? straight : OPPOSITE[straight], literal.value)
}

/** What to do about `deprecated`, `meta.flag`. */
export function changeFlag(node: Node, wanted: boolean, document: object): Change | undefined {
  const place = placeOf(node, document)
  return place && makeValue(place, '==', wanted)
}

/** What to do about `name =~ '^x'`. What would match is for people to think of. */
export function changeMatched(
  { subject, pattern, negated }: RegexNode,
  wanted: boolean,
  document: object,
): Change | undefined {
  const place = placeOf(subject, document)
  if (!place) return undefined
  const verb = wanted === negated ? 'does not match' : 'matches'
  const text = `give ${place.shown} a text that ${verb} ${quoted(pattern)} (${isNow(place)})`
  return { field: place.path[0], text }
}

function makeValue(place: Place, operator: CompareOperator, value: Scalar): Change {
  const field = place.path[0]
  const edit = set(place.path, fitting(operator, value))
  if (operator === '==') {
    if (value === null) return { field, text: `remove ${place.shown} (${isNow(place)})`, edit }
    const was = typeof value === 'boolean' ? '' : ` (${isNow(place)})`
    return { field, text: `set ${place.shown} to ${showValue(value)}${was}`, edit }
  }
  if (operator === '!=' && typeof value === 'boolean') return makeValue(place, '==', !value)
  if (operator === '!=' && value === null) {
    return { field, text: `give ${place.shown} a value`, edit }
  }
  const text = `make ${place.shown} ${WORDS[operator]} ${showValue(value)} (${isNow(place)})`
  return { field, text, edit }
}

/** A value for which a comparison holds, to try out. */
function fitting(operator: CompareOperator, value: Scalar): unknown {
  if (operator === '!=') return value === null ? 'a' : null
  if (operator === '<') return typeof value === 'number' ? value - 1 : ''
  if (operator === '>') return typeof value === 'number' ? value + 1 : `${value}a`
  return value
}

/** `it is 'x'` */
export function isNow({ value }: Place): string {
  return `it is ${showValue(value)}`
}
