import type { CompareOperator, Node, StaticType } from '../ir.ts'
import { compilePattern, PatternError } from '../regex.ts'
import type { Lexer, Token } from './lexer.ts'

const NOUNS: Readonly<Record<StaticType, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'null',
  any: 'some value',
}

/** What a node is, for error messages: `name (a text)`, or `'x'`. */
export function describe(lexer: Lexer, node: Node): string {
  const source = textOf(lexer, node)
  return node.kind === 'literal' ? source : `${source} (${NOUNS[node.type]})`
}

function textOf(lexer: Lexer, node: Node): string {
  return lexer.source.slice(node.span.start, node.span.end)
}

/** Conditions are boolean, and null is false. @throws {FilterError} `filter_type` */
export function checkCondition(lexer: Lexer, node: Node, where: string): void {
  const { type } = node
  if (type === 'boolean' || type === 'null' || type === 'any') return
  const source = textOf(lexer, node)
  const fixes: Partial<Record<StaticType, string | undefined>> = {
    string: node.kind === 'query' ? `write ${source} != null, or ${source} == '…'` : undefined,
    array: `write 'x' in ${source}, or len(${source}) > 0`,
    object: `write ${source}.member == …`,
    number: `write ${source} > 0`,
  }
  const message = `${where} is true or false, but ${source} is ${NOUNS[type]}.`
  lexer.fail('filter_type', message, node.span, fixes[type])
}

/** Values of different known types are never equal and have no order. @throws {FilterError} */
export function checkCompare(
  lexer: Lexer,
  operator: CompareOperator,
  left: Node,
  right: Node,
): void {
  const span = { start: left.span.start, end: right.span.end }
  const equality = operator === '==' || operator === '!='
  if (!equality) {
    for (const node of [left, right]) {
      if (['string', 'number', 'any'].includes(node.type)) continue
      const fix = node.type === 'array' ? `write len(${textOf(lexer, node)})` : undefined
      lexer.fail(
        'filter_type',
        `${operator} orders numbers or texts, not ${NOUNS[node.type]}.`,
        node.span,
        fix,
      )
    }
  }
  const known = left.type !== 'any' && right.type !== 'any'
  const withNull = equality && (left.type === 'null' || right.type === 'null')
  if (!known || withNull || left.type === right.type) return
  const [list, other] = left.type === 'array' ? [left, right] : [right, left]
  const fix =
    list.type === 'array' && equality
      ? `write ${operator === '!=' ? '!(' : ''}${textOf(lexer, other)} in ${textOf(lexer, list)}${operator === '!=' ? ')' : ''}`
      : (unquoted(left, right) ??
        unquoted(right, left) ??
        quoted(lexer, left, right) ??
        quoted(lexer, right, left))
  const never = equality ? 'are never equal' : 'have no order'
  const message = `${NOUNS[left.type]} and ${NOUNS[right.type]} ${never}.`
  lexer.fail('filter_type', message[0]!.toUpperCase() + message.slice(1), span, fix)
}

const UNQUOTED: Partial<Record<StaticType, RegExp>> = {
  number: /^-?\d+(\.\d+)?$/,
  boolean: /^(?:true|false)$/,
}

/** What to write for a number, or a truth value, in quotes. */
function unquoted(node: Node, other: Node): string | undefined {
  if (node.kind !== 'literal' || typeof node.value !== 'string') return undefined
  return UNQUOTED[other.type]?.test(node.value) ? `write ${node.value}, without quotes` : undefined
}

/** What to write for a text without quotes: a date reads as a subtraction. */
function quoted(lexer: Lexer, node: Node, other: Node): string | undefined {
  if (node.kind !== 'literal' || other.type !== 'string') return undefined
  const date = /^\d{4}-\d\d-\d\d[\dT:.Z]*/.exec(lexer.source.slice(node.span.start))?.[0]
  return `write '${date ?? textOf(lexer, node)}'`
}

/** `in` looks into a list or a text. @throws {FilterError} */
export function checkContainer(lexer: Lexer, item: Node, container: Node): void {
  if (container.type === 'string') {
    if (['string', 'any', 'null'].includes(item.type)) return
    lexer.fail('filter_type', `A text contains texts only, not ${NOUNS[item.type]}.`, item.span)
  }
  if (['array', 'any', 'null'].includes(container.type)) return
  const fix =
    container.type === 'object' ? `write ${textOf(lexer, container)}['key'] != null` : undefined
  lexer.fail(
    'filter_type',
    `in looks into a list or a text, not ${NOUNS[container.type]}.`,
    container.span,
    fix,
  )
}

/** The subject and the pattern of `=~`. @throws {FilterError} `filter_type` or `filter_regex` */
export function checkPattern(lexer: Lexer, subject: Node, sign: Token, pattern: Token): void {
  if (!['string', 'any', 'null'].includes(subject.type)) {
    const source = textOf(lexer, subject)
    const fix =
      subject.type === 'array'
        ? `write a JSONPath: $.${source}[?@ ${sign.text} '${pattern.text}']`
        : undefined
    lexer.fail(
      'filter_type',
      `${sign.text} tests a text, not ${NOUNS[subject.type]}.`,
      subject.span,
      fix,
    )
  }
  const doubled = /(?<!\\)(?:\\\\)+[A-Za-z0-9]/.exec(pattern.text)
  if (doubled) {
    const start = pattern.start + 1 + doubled.index
    const message = 'Patterns after =~ are taken as written: the backslash is not doubled.'
    const fix = `write ${doubled[0].slice(1)}`
    lexer.fail('filter_regex', message, { start, end: start + doubled[0].length }, fix)
  }
  try {
    compilePattern(pattern.text, 'search')
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    lexer.fail('filter_regex', `In the regular expression, ${error.message}.`, pattern, error.fix)
  }
}
