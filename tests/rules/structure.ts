import jsep, { type Expression } from 'jsep'
import type { Node, QueryNode } from '../../src/rules/ir.ts'

// As tight as == and as <, which is what the language says of them.
jsep.addBinaryOp('=~', 6)
jsep.addBinaryOp('!~', 6)
jsep.addBinaryOp('in', 7)
jsep.addBinaryOp('contains', 7)

/** An expression as jsep understands it, with every parenthesis written. */
export function jsepStructure(source: string): string {
  return fromJsep(jsep(source))
}

type Part<T extends jsep.CoreExpression['type']> = Extract<jsep.CoreExpression, { type: T }>

function fromJsep(expression: Expression): string {
  const node = expression as jsep.CoreExpression
  switch (node.type) {
    case 'Literal':
      return JSON.stringify(node.value)
    case 'Identifier':
      return String(node.name)
    case 'MemberExpression':
      return member(node as Part<'MemberExpression'>)
    case 'UnaryExpression': {
      const { operator, argument } = node as Part<'UnaryExpression'>
      const operand = fromJsep(argument)
      return operator === '-' ? JSON.stringify(-Number(operand)) : `(${operator}${operand})`
    }
    case 'BinaryExpression': {
      const { operator, left, right } = node as Part<'BinaryExpression'>
      return `(${fromJsep(left)} ${operator} ${fromJsep(right)})`
    }
    case 'ConditionalExpression': {
      const { test, consequent, alternate } = node as Part<'ConditionalExpression'>
      return `(${fromJsep(test)} ? ${fromJsep(consequent)} : ${fromJsep(alternate)})`
    }
    case 'CallExpression': {
      const call = node as Part<'CallExpression'>
      return `${fromJsep(call.callee)}(${call.arguments.map(fromJsep).join(', ')})`
    }
    case 'ArrayExpression': {
      const { elements } = node as Part<'ArrayExpression'>
      return `[${elements.map((element) => element && fromJsep(element)).join(', ')}]`
    }
    default:
      throw new Error(`jsep found a ${node.type}`)
  }
}

function member({ object, property, computed }: Part<'MemberExpression'>): string {
  const key = computed ? fromJsep(property) : JSON.stringify((property as Part<'Identifier'>).name)
  return `${fromJsep(object)}[${key}]`
}

/** A parsed filter the same way. */
export function ourStructure(node: Node): string {
  switch (node.kind) {
    case 'literal':
      return JSON.stringify(node.value)
    case 'query':
      return path(node)
    case 'list':
      return `[${node.elements.map(ourStructure).join(', ')}]`
    case 'call':
      return `${node.name}(${node.args.map(ourStructure).join(', ')})`
    case 'not':
      return `(!${ourStructure(node.operand)})`
    case 'and':
    case 'or': {
      const sign = node.kind === 'and' ? '&&' : '||'
      return node.operands.map(ourStructure).reduce((left, right) => `(${left} ${sign} ${right})`)
    }
    case 'compare':
      return `(${ourStructure(node.left)} ${node.operator} ${ourStructure(node.right)})`
    case 'regex': {
      const sign = node.negated ? '!~' : '=~'
      return `(${ourStructure(node.subject)} ${sign} ${JSON.stringify(node.pattern)})`
    }
    case 'membership': {
      const [item, container] = [ourStructure(node.item), ourStructure(node.container)]
      const [left, right] = node.operator === 'in' ? [item, container] : [container, item]
      return `(${left} ${node.operator} ${right})`
    }
    case 'conditional': {
      const [test, yes, no] = [node.test, node.consequent, node.alternate].map(ourStructure)
      return `(${test} ? ${yes} : ${no})`
    }
    default:
      throw new Error(`An expression holds no ${node.kind}`)
  }
}

function path({ segments }: QueryNode): string {
  const keys = segments.map(({ selectors: [selector] }) =>
    selector?.kind === 'name' ? selector.name : (selector as { index: number }).index,
  )
  return `${keys[0]}${keys
    .slice(1)
    .map((key) => `[${JSON.stringify(key)}]`)
    .join('')}`
}
