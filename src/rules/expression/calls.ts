import { EXPRESSION_FUNCTIONS } from '../evaluate/functions.ts'
import type { Node, StaticType } from '../ir.ts'
import { nearest } from '../nearest.ts'
import type { Lexer, Token } from './lexer.ts'
import { describe } from './types.ts'

const SYNONYMS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    length: 'len',
    size: 'len',
    count: 'len',
    exists: 'has',
    toLower: 'lower',
    lowercase: 'lower',
    toUpper: 'upper',
    uppercase: 'upper',
    starts_with: 'startsWith',
    ends_with: 'endsWith',
    match: 'glob',
  }),
)

/** @throws {FilterError} always, naming the function that may have been meant. */
export function unknownFunction(lexer: Lexer, name: Token): never {
  if (name.text === 'in' || name.text === 'contains') {
    lexer.fail('filter_unknown_function', `${name.text} is an operator.`, name, "write 'x' in tags")
  }
  if (name.text === 'matches' || name.text === 'search' || name.text === 'regex') {
    lexer.fail(
      'filter_unknown_function',
      `There is no function ${name.text}().`,
      name,
      "write name =~ '…'",
    )
  }
  const names = Object.keys(EXPRESSION_FUNCTIONS)
  const guess = SYNONYMS.get(name.text) ?? nearest(name.text, names)
  return lexer.fail(
    'filter_unknown_function',
    `There is no function ${name.text}(); there are ${names.join(', ')}.`,
    name,
    guess && `write ${guess}(…)`,
  )
}

/** Checks the number and the known types of a call's arguments. @throws {FilterError} */
export function checkCall(lexer: Lexer, name: Token, args: readonly Node[]): void {
  const { parameters, variadic, example } = EXPRESSION_FUNCTIONS[name.text]!
  const fits = variadic ? args.length >= parameters.length : args.length === parameters.length
  if (!fits) {
    const wanted = `${variadic ? 'at least ' : ''}${parameters.length}`
    const message = `${name.text}() takes ${wanted} argument${parameters.length === 1 ? '' : 's'}, not ${args.length}.`
    lexer.fail('filter_arguments', message, name, `for example ${example}`)
  }
  for (const [i, arg] of args.entries()) {
    const { types } = parameters[Math.min(i, parameters.length - 1)]!
    if (arg.type === 'any' || (types as readonly StaticType[]).includes(arg.type)) continue
    const message = `${name.text}() does not take ${describe(lexer, arg)} as argument ${i + 1}.`
    lexer.fail('filter_arguments', message, arg.span, `for example ${example}`)
  }
}
