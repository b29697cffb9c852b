import type { CompareOperator, Node, QueryNode } from '../ir.ts'
import { slashedPattern } from '../slashed-pattern.ts'
import { foreignOperand, refuseForeignOperator } from './foreign.ts'
import { functionCall, isLogicalCall } from './functions.ts'
import { parseSegments } from './path.ts'
import { checkPattern } from './pattern.ts'
import type { Scanner } from './scanner.ts'
import { rawString, stringLiteral } from './strings.ts'

/** logical-expr of RFC 9535, 2.3.5.1: `||` over `&&` over tests, comparisons and parentheses. */
export function filterCondition(scanner: Scanner): Node {
  return logic(scanner, 'or', '||', () => logic(scanner, 'and', '&&', () => basic(scanner)))
}

function logic(scanner: Scanner, kind: 'and' | 'or', sign: string, operand: () => Node): Node {
  const first = operand()
  const operands = [first]
  for (;;) {
    const before = scanner.position
    scanner.blank()
    if (!scanner.take(sign)) {
      refuseForeignOperator(scanner)
      scanner.position = before
      break
    }
    scanner.node(before)
    scanner.blank()
    operands.push(operand())
  }
  if (operands.length === 1) return first
  const span = { start: first.span.start, end: scanner.position }
  return { kind, operands, type: 'boolean', span }
}

function basic(scanner: Scanner): Node {
  const start = scanner.position
  if (scanner.char === '!' && scanner.source[start + 1] !== '=') {
    scanner.position++
    scanner.node(start)
    scanner.blank()
    if (scanner.char === '!') {
      scanner.fail('JSONPath allows one ! only.', { fix: 'use parentheses: !(!(…))' })
    }
    const operand =
      scanner.char === '(' ? parenthesised(scanner) : test(scanner, operandOf(scanner))
    if (operand.kind === 'exists') refuseLooseNot(scanner, operand)
    return { kind: 'not', operand, type: 'boolean', span: { start, end: scanner.position } }
  }
  if (scanner.char === '(') return parenthesised(scanner)
  const left = operandOf(scanner)
  return comparison(scanner, left) ?? test(scanner, left)
}

/** RFC 9535 has no place for `!@ == 'x'`: ! negates a test, and a comparison is none. */
function refuseLooseNot(scanner: Scanner, operand: Node): void {
  const before = scanner.position
  scanner.blank()
  const operator = OPERATORS.find((sign) => scanner.looksAt(sign))
  scanner.position = before
  if (!operator) return
  const subject = scanner.source.slice(operand.span.start, operand.span.end)
  scanner.fail('! binds to what stands right after it.', {
    from: operand.span.start,
    code: 'filter_type',
    fix: `write !(${subject} ${operator} …)`,
  })
}

function parenthesised(scanner: Scanner): Node {
  const open = scanner.position++
  scanner.node(open)
  scanner.blank()
  const inner = filterCondition(scanner)
  scanner.blank()
  if (scanner.atEnd) scanner.fail('The parenthesis is not closed.', { from: open })
  scanner.expect(')', 'after a condition')
  return { ...inner, span: { start: open, end: scanner.position } }
}

const OPERATORS: readonly (CompareOperator | '=~' | '!~')[] = [
  '==',
  '!=',
  '<=',
  '>=',
  '=~',
  '!~',
  '<',
  '>',
]

function comparison(scanner: Scanner, left: Node): Node | undefined {
  const before = scanner.position
  scanner.blank()
  const at = scanner.position
  const foreign = ['===', '!==', '<>'].some((sign) => scanner.looksAt(sign))
  const operator = foreign ? undefined : OPERATORS.find((sign) => scanner.take(sign))
  if (!operator) {
    refuseForeignOperator(scanner)
    scanner.position = before
    return undefined
  }
  scanner.node(at)
  scanner.blank()
  comparable(scanner, left)
  if (operator === '=~' || operator === '!~') return regex(scanner, left, operator)
  const right = operandOf(scanner)
  comparable(scanner, right)
  const span = { start: left.span.start, end: scanner.position }
  return { kind: 'compare', operator, left, right, strict: false, type: 'boolean', span }
}

function regex(scanner: Scanner, subject: Node, operator: '=~' | '!~'): Node {
  const start = scanner.position
  if (scanner.char !== "'" && scanner.char !== '"') {
    const found = scanner.found()
    const { length, fix } = slashedPattern(scanner.source, start)
    scanner.position += length
    scanner.fail(`Expected a quoted pattern after ${operator}, found ${found}.`, {
      from: start,
      fix,
    })
  }
  scanner.node(start)
  const pattern = rawString(scanner)
  checkPattern(scanner, pattern, { start, end: scanner.position }, { raw: true })
  const span = { start: subject.span.start, end: scanner.position }
  const negated = operator === '!~'
  return { kind: 'regex', subject, pattern, negated, strict: false, type: 'boolean', span }
}

/** Only single values are compared: literals, singular queries and functions that yield a value. */
function comparable(scanner: Scanner, node: Node): void {
  if (node.kind === 'query' && !node.singular) {
    scanner.fail('Only a query for a single value can be compared.', {
      from: node.span.start,
      to: node.span.end,
      code: 'filter_type',
      fix: 'put the comparison inside the brackets: @.list[?@ == 1]',
    })
  }
  if (node.kind === 'call' && isLogicalCall(node.name)) {
    scanner.fail(`${node.name}() is true or false already; it is not compared.`, {
      from: node.span.start,
      to: node.span.end,
      code: 'filter_type',
      fix: 'use it alone, or with ! before it',
    })
  }
}

/** A query or a call on its own: existence, or the truth of match() and search(). */
function test(scanner: Scanner, node: Node): Node {
  if (node.kind === 'query') {
    return { kind: 'exists', query: node, type: 'boolean', span: node.span }
  }
  if (node.kind === 'call' && isLogicalCall(node.name)) return node
  const what = node.kind === 'call' ? `${node.name}()` : 'A value on its own'
  return scanner.fail(`${what} is not a condition; compare it with something.`, {
    from: node.span.start,
    code: 'filter_type',
  })
}

/** literal, query or function call, at the cursor. */
function operandOf(scanner: Scanner): Node {
  const start = scanner.position
  const c = scanner.char
  if (c === '@' || c === '$') return query(scanner)
  if (c === "'" || c === '"') {
    scanner.node(start)
    return literal(scanner, start, stringLiteral(scanner))
  }
  if (c === '-' || /[0-9]/.test(c)) {
    scanner.node(start)
    return literal(scanner, start, scanner.number())
  }
  const name = scanner.name()
  if (name !== undefined) return word(scanner, name, start)
  return scanner.fail(`Expected @, $, a literal or a function, found ${scanner.found()}.`, {
    fix: c === '[' ? 'JSONPath has no list literals: join comparisons with ||' : undefined,
  })
}

function query(scanner: Scanner): QueryNode {
  const start = scanner.position
  const query = parseSegments(scanner, scanner.char === '@' ? 'current' : 'entry', filterCondition)
  if (/[A-Za-z_]/.test(scanner.char) && scanner.position === start + 1) {
    scanner.fail(`${scanner.source[start]} is followed by .name or [..].`, {
      from: start,
      fix: `write ${scanner.source[start]}.${scanner.name()}`,
    })
  }
  return query
}

function literal(scanner: Scanner, start: number, value: string | number | boolean | null): Node {
  const type = value === null ? 'null' : (typeof value as 'string' | 'number' | 'boolean')
  return { kind: 'literal', value, type, span: { start, end: scanner.position } }
}

const WORDS: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null }

function word(scanner: Scanner, name: string, start: number): Node {
  if (scanner.char === '(') return functionCall(scanner, name, start, operandOf)
  if (Object.hasOwn(WORDS, name)) {
    scanner.node(start)
    return literal(scanner, start, WORDS[name]!)
  }
  return scanner.fail(`${name} stands alone: a member of the tested value is written @.${name}.`, {
    from: start,
    fix: foreignOperand(name),
  })
}
