import { Ajv, type Options, type ValidateFunction } from 'ajv'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { messageOf } from '../errors/facet-error.ts'
import { compilePattern, PatternError } from '../rules/regex.ts'
import type { JsonObject } from '../store/ports.ts'

/** Says what is wrong with a value, one line each; nothing when it fits. */
export type Validator = (value: unknown) => string[]

/** A JSON Schema that cannot be used: malformed, too large, or referring to another document. */
export class SchemaError extends Error {}

const MAX_NODES = 20_000
const MAX_DEPTH = 64

/**
 * Patterns come from upstreams and run over what callers send, so they run in linear time. RE2 has
 * no look-around; a pattern that needs it is left to whoever wrote the schema.
 */
class LinearRegExp {
  readonly #pattern: string
  readonly #test: (text: string) => boolean

  constructor(pattern: string) {
    this.#pattern = pattern
    this.#test = matcherOf(pattern)
  }

  test(text: string): boolean {
    return this.#test(text)
  }

  /** Ajv tells patterns apart by this text. */
  toString(): string {
    return `/${this.#pattern}/`
  }
}

function matcherOf(pattern: string): (text: string) => boolean {
  try {
    return compilePattern(pattern, 'search').test
  } catch (error) {
    if (error instanceof PatternError) return () => true
    throw error
  }
}

const regExp = Object.assign((pattern: string) => new LinearRegExp(pattern), {
  code: 'linearRegExp',
})

const OPTIONS: Options = {
  strict: false,
  // JSON Schema 2020-12 makes `format` an annotation.
  validateFormats: false,
  logger: false,
}

/** MCP: JSON Schema 2020-12 unless `$schema` says otherwise. */
function dialectOf(schema: JsonObject): typeof Ajv {
  const uri = String(schema.$schema ?? '')
  if (/draft-0[467]/.test(uri)) return Ajv
  return uri.includes('2019-09') ? Ajv2019 : Ajv2020
}

/** One per dialect, to check schemas against their meta-schema. */
const checkers = new Map<typeof Ajv, Ajv>()

function check(dialect: typeof Ajv, schema: JsonObject): void {
  let checker = checkers.get(dialect)
  if (!checker) {
    checker = new dialect(OPTIONS)
    checkers.set(dialect, checker)
  }
  if (checker.validateSchema(schema) !== true) throw new SchemaError(checker.errorsText())
}

/** Ajv keeps everything it ever compiled, so each schema gets an instance that goes with it. */
function compileAlone(dialect: typeof Ajv, schema: JsonObject): ValidateFunction {
  const code = { regExp } as unknown as NonNullable<Options['code']>
  const ajv = new dialect({ ...OPTIONS, code, meta: false, validateSchema: false })
  ajv.removeKeyword('uniqueItems')
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    // Ajv's own compares every pair: quadratic in what a caller sends.
    validate: (wanted: boolean, items: unknown[]) =>
      !wanted || new Set(items.map((item) => JSON.stringify(item))).size === items.length,
  })
  return ajv.compile(schema)
}

const compiled = new WeakMap<JsonObject, Validator>()

/**
 * Compiles a JSON Schema; the result is kept as long as the schema object lives.
 *
 * @throws {SchemaError}
 */
export function compileSchema(schema: JsonObject): Validator {
  const known = compiled.get(schema)
  if (known) return known
  checkSize(schema)
  const { $schema, $id, id, ...bare } = schema
  const validate = compileBare(dialectOf(schema), bare)
  const validator: Validator = (value) => {
    if (validate(value)) return []
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${instancePath.slice(1).replaceAll('/', '.') || 'arguments'} ${message}${extra(params)}`,
    )
  }
  compiled.set(schema, validator)
  return validator
}

function compileBare(dialect: typeof Ajv, schema: JsonObject): ValidateFunction {
  try {
    check(dialect, schema)
    return compileAlone(dialect, schema)
  } catch (error) {
    throw error instanceof SchemaError ? error : new SchemaError(messageOf(error))
  }
}

/** Names what a message leaves out: the allowed values, the unexpected property. */
function extra(params: Record<string, unknown>): string {
  if (Array.isArray(params.allowedValues))
    return `: ${params.allowedValues.slice(0, 20).join(', ')}`
  return typeof params.additionalProperty === 'string' ? `: ${params.additionalProperty}` : ''
}

/** Bounds what a hostile schema can make the compiler do. */
function checkSize(schema: JsonObject): void {
  let nodes = 0
  const visit = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null) return
    if (depth > MAX_DEPTH) throw new SchemaError(`nested deeper than ${MAX_DEPTH} levels`)
    for (const child of Object.values(value)) {
      if (++nodes > MAX_NODES) throw new SchemaError(`larger than ${MAX_NODES} nodes`)
      visit(child, depth + 1)
    }
  }
  visit(schema, 0)
}
