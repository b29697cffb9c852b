import { EXPRESSION_FUNCTIONS } from '../evaluate/functions.ts'
import type { CompareOperator, LiteralNode, Node, QueryNode, Span, StaticType } from '../ir.ts'
import { LIMITS } from '../limits.ts'
import { checkCall, unknownFunction } from './calls.ts'
import { type ExpressionOptions, fieldOf, memberOf } from './field-access.ts'
import { foreignMethod, foreignWord } from './foreign.ts'
import { Lexer, type Token } from './lexer.ts'
import { checkCompare, checkCondition, checkContainer, checkPattern } from './types.ts'

/**
 * Parses an expression and checks the types that are known when it is written. The grammar and the
 * precedence of operators are in docs/reference/filters.md.
 *
 * @throws {FilterError}
 */
export function parseExpression(source: string, options: ExpressionOptions = {}): Node {
  return new Parser(source, options).whole()
}

const WORDS: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null }

class Parser {
  readonly #lexer: Lexer
  readonly #options: ExpressionOptions
  #token: Token
  #nodes = 0

  constructor(source: string, options: ExpressionOptions) {
    this.#lexer = new Lexer(source)
    this.#options = options
    this.#token = this.#lexer.next({ raw: false })
  }

  whole(): Node {
    const node = this.#conditional()
    if (this.#token.kind !== 'end') {
      this.#unexpected('an operator', this.#isSign(',') ? LIST : undefined)
    }
    checkCondition(this.#lexer, node, 'A filter')
    return node
  }

  #conditional(): Node {
    const test = this.#or()
    if (!this.#take('?')) return test
    checkCondition(this.#lexer, test, 'What stands before ?')
    const consequent = this.#conditional()
    this.#expect(':', 'between the two values of a conditional')
    const alternate = this.#conditional()
    const type = consequent.type === alternate.type ? consequent.type : 'any'
    const span = { start: test.span.start, end: alternate.span.end }
    return this.#node({ kind: 'conditional', test, consequent, alternate, type, span })
  }

  #or(): Node {
    return this.#logic('or', '||', () => this.#logic('and', '&&', () => this.#equality()))
  }

  #logic(kind: 'and' | 'or', sign: string, operand: () => Node): Node {
    const first = operand()
    const operands = [first]
    while (this.#take(sign)) {
      this.#count(this.#token)
      operands.push(operand())
    }
    if (operands.length === 1) return first
    for (const each of operands) checkCondition(this.#lexer, each, `An operand of ${sign}`)
    const span = { start: first.span.start, end: operands.at(-1)!.span.end }
    return this.#node({ kind, operands, type: 'boolean', span })
  }

  #equality(): Node {
    const left = this.#relation()
    const sign = this.#token
    if (this.#takeAny('==', '!=')) {
      const right = this.#relation()
      this.#refuseChain(['==', '!=', '=~', '!~'])
      return this.#compare(sign.text as CompareOperator, left, right)
    }
    if (!this.#isSign('=~') && !this.#isSign('!~')) return left
    const pattern = this.#advance({ raw: true })
    if (pattern.kind !== 'string') {
      this.#lexer.fail('filter_syntax', `After ${sign.text} stands a pattern in quotes.`, pattern)
    }
    this.#count(pattern)
    checkPattern(this.#lexer, left, sign, pattern)
    this.#advance()
    this.#refuseChain(['==', '!=', '=~', '!~'])
    return this.#node({
      kind: 'regex',
      subject: left,
      pattern: pattern.text,
      negated: sign.text === '!~',
      strict: true,
      type: 'boolean',
      span: { start: left.span.start, end: pattern.end },
    })
  }

  #relation(): Node {
    const left = this.#unary()
    const sign = this.#token
    const chain = ['<', '<=', '>', '>=', 'in', 'contains']
    if (this.#takeAny('<', '<=', '>', '>=')) {
      const right = this.#unary()
      this.#refuseChain(chain)
      return this.#compare(sign.text as CompareOperator, left, right)
    }
    if (sign.kind !== 'name' || (sign.text !== 'in' && sign.text !== 'contains')) return left
    this.#advance()
    const right = this.#unary()
    this.#refuseChain(chain)
    const [item, container] = sign.text === 'in' ? [left, right] : [right, left]
    checkContainer(this.#lexer, item, container)
    return this.#node({
      kind: 'membership',
      item,
      container,
      operator: sign.text,
      type: 'boolean',
      span: { start: left.span.start, end: right.span.end },
    })
  }

  #compare(operator: CompareOperator, left: Node, right: Node): Node {
    const span = { start: left.span.start, end: right.span.end }
    checkCompare(this.#lexer, operator, left, right)
    return this.#node({
      kind: 'compare',
      operator,
      left,
      right,
      strict: true,
      type: 'boolean',
      span,
    })
  }

  #unary(): Node {
    const sign = this.#token
    if (this.#take('!')) {
      this.#count(sign)
      const operand = this.#unary()
      this.#refuseLooseNot(operand)
      checkCondition(this.#lexer, operand, 'The operand of !')
      const span = { start: sign.start, end: operand.span.end }
      return { kind: 'not', operand, type: 'boolean', span }
    }
    if (!this.#take('-')) return this.#postfix()
    const operand = this.#postfix()
    if (operand.kind !== 'literal' || typeof operand.value !== 'number') {
      this.#lexer.fail('filter_syntax', '- stands before a number only.', sign)
    }
    const span = { start: sign.start, end: operand.span.end }
    return { ...operand, value: -(operand.value as number), span }
  }

  #postfix(): Node {
    let node = this.#primary()
    for (;;) {
      if (this.#take('.')) {
        const name = this.#token
        if (name.kind !== 'name') this.#unexpected('a member name')
        this.#advance()
        if (this.#isSign('(')) this.#refuseMethod(node, name)
        node = this.#member(node, name.text, name)
      } else if (this.#isSign('[')) {
        node = this.#bracket(node)
      } else {
        return node
      }
    }
  }

  #bracket(object: Node): Node {
    this.#advance()
    const key = this.#token
    if (key.kind !== 'string' && key.kind !== 'number') {
      this.#lexer.fail('filter_syntax', 'A key is a text in quotes or a number.', key)
    }
    const { end } = this.#advance()
    this.#expect(']', 'after the key')
    const member = this.#member(object, key.value ?? key.text, key)
    return { ...member, span: { start: object.span.start, end } }
  }

  #member(object: Node, key: string | number, at: Span): Node {
    this.#count(at)
    const query = memberOf(this.#lexer, object, key, at, this.#options)
    if (query.segments.length > LIMITS.segments) {
      this.#lexer.fail('filter_too_complex', `A path has at most ${LIMITS.segments} steps.`, at)
    }
    return query
  }

  #primary(): Node {
    const token = this.#token
    this.#count(token)
    if (this.#take('(')) {
      const inner = this.#conditional()
      const { end } = this.#token
      const list = this.#isSign(',') ? LIST : undefined
      this.#expect(')', 'after an expression in parentheses', list)
      return { ...inner, span: { start: token.start, end } }
    }
    if (this.#isSign('[')) return this.#list()
    if (token.kind === 'number' || token.kind === 'string') {
      this.#advance()
      return literal(token, token.value ?? token.text)
    }
    if (token.kind !== 'name') {
      const dotted = this.#isSign('.') ? 'write the field without a dot before it' : undefined
      this.#unexpected('a field, a value or (', dotted)
    }
    this.#advance()
    if (Object.hasOwn(WORDS, token.text)) return literal(token, WORDS[token.text]!)
    if (this.#isSign('(')) return this.#call(token)
    return this.#field(token)
  }

  #field(token: Token): QueryNode {
    const fix = foreignWord(this.#lexer.source, token.start, token.text)
    if (fix)
      this.#lexer.fail('filter_syntax', `${token.text} is not a word of expressions.`, token, fix)
    return fieldOf(this.#lexer, token, this.#options)
  }

  #list(): Node {
    const open = this.#token
    this.#advance()
    const elements: LiteralNode[] = []
    while (!this.#isSign(']')) {
      const element = this.#unary()
      if (element.kind !== 'literal') {
        this.#lexer.fail('filter_syntax', 'A list holds literals only.', element.span)
      }
      elements.push(element as LiteralNode)
      if (elements.length > LIMITS.elements) {
        const message = `A list has at most ${LIMITS.elements} elements.`
        this.#lexer.fail('filter_too_complex', message, element.span, 'give those entries a tag')
      }
      if (!this.#take(',')) break
    }
    const end = this.#token.end
    this.#expect(']', 'at the end of a list')
    return { kind: 'list', elements, type: 'array', span: { start: open.start, end } }
  }

  #call(name: Token): Node {
    if (!Object.hasOwn(EXPRESSION_FUNCTIONS, name.text)) unknownFunction(this.#lexer, name)
    this.#advance()
    const args: Node[] = []
    if (!this.#isSign(')')) {
      do args.push(this.#conditional())
      while (this.#take(','))
    }
    const end = this.#token.end
    this.#expect(')', `after the arguments of ${name.text}`)
    checkCall(this.#lexer, name, args)
    const type: StaticType = EXPRESSION_FUNCTIONS[name.text]!.returns
    return { kind: 'call', name: name.text, args, type, span: { start: name.start, end } }
  }

  #refuseMethod(object: Node, name: Token): never {
    const subject = this.#lexer.source.slice(object.span.start, object.span.end)
    const message = 'Values have no methods.'
    return this.#lexer.fail('filter_syntax', message, name, foreignMethod(name.text, subject))
  }

  /** `!tags contains 'x'` reads like a negated test, but ! binds to `tags` alone. */
  #refuseLooseNot(operand: Node): void {
    const follows = ['==', '!=', '<', '<=', '>', '>=', '=~', '!~', 'in', 'contains']
    const { kind, text } = this.#token
    if (kind === 'string' || !follows.includes(text)) return
    if (operand.type === 'boolean') return
    const subject = this.#lexer.source.slice(operand.span.start, operand.span.end)
    const message = '! binds to what stands right after it.'
    this.#lexer.fail('filter_type', message, operand.span, `write !(${subject} ${text} …)`)
  }

  #refuseChain(signs: readonly string[]): void {
    if (this.#token.kind === 'string' || !signs.includes(this.#token.text)) return
    const message = `${this.#token.text} cannot follow another comparison.`
    this.#lexer.fail(
      'filter_syntax',
      message,
      this.#token,
      'join comparisons with &&, or use parentheses',
    )
  }

  #node<T extends Node>(node: T): T {
    this.#count(node.span)
    return node
  }

  #count(at: Span): void {
    if (++this.#nodes > LIMITS.nodes) {
      this.#lexer.fail('filter_too_complex', `The filter has more than ${LIMITS.nodes} nodes.`, at)
    }
  }

  #advance({ raw }: { raw: boolean } = { raw: false }): Token {
    this.#token = this.#lexer.next({ raw })
    return this.#token
  }

  #isSign(sign: string): boolean {
    return this.#token.kind === 'sign' && this.#token.text === sign
  }

  #take(sign: string): boolean {
    if (!this.#isSign(sign)) return false
    this.#advance()
    return true
  }

  #takeAny(...signs: string[]): boolean {
    return signs.some((sign) => this.#take(sign))
  }

  #expect(sign: string, where: string, fix?: string): void {
    if (!this.#take(sign)) this.#unexpected(`${sign} ${where}`, fix)
  }

  #unexpected(wanted: string, fix?: string): never {
    const { kind, text, start, end } = this.#token
    const found = kind === 'end' ? 'the end' : this.#lexer.source.slice(start, end)
    return this.#lexer.fail(
      'filter_syntax',
      `Expected ${wanted}, found ${found}.`,
      this.#token,
      fix ?? (kind === 'name' ? foreignWord(this.#lexer.source, start, text) : undefined),
    )
  }
}

/** For those who list what they look for in parentheses, or in nothing at all. */
const LIST = "a list stands in brackets: name in ['a', 'b']; for tags write any(tags, 'a', 'b')"

function literal(span: Span, value: string | number | boolean | null): LiteralNode {
  const type = value === null ? 'null' : (typeof value as 'string' | 'number' | 'boolean')
  return { kind: 'literal', value, type, span: { start: span.start, end: span.end } }
}
