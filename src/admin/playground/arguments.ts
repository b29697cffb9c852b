type Json = Readonly<Record<string, unknown>>

/** One argument of a tool, as a form asks for it. */
export interface Field {
  readonly name: string
  readonly kind: 'text' | 'number' | 'boolean' | 'choice' | 'json'
  readonly description: string
  readonly isRequired: boolean
  readonly choices: readonly string[]
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The fields of an input schema; what no plain field can hold is written as JSON. */
export function fieldsOf(schema: Json): Field[] {
  const required = Array.isArray(schema.required) ? schema.required : []
  const properties = isObject(schema.properties) ? Object.entries(schema.properties) : []
  return properties.map(([name, property]) => {
    const { type, description, enum: values } = isObject(property) ? property : ({} as Json)
    const choices =
      Array.isArray(values) && values.every((value) => typeof value === 'string') ? values : []
    return {
      name,
      kind: choices.length > 0 ? 'choice' : kindOf(type),
      description: typeof description === 'string' ? description : '',
      isRequired: required.includes(name),
      choices: [...new Set(choices)],
    }
  })
}

function kindOf(type: unknown): Field['kind'] {
  if (type === 'string') return 'text'
  if (type === 'number' || type === 'integer') return 'number'
  return type === 'boolean' ? 'boolean' : 'json'
}

/** The arguments that were written; what was left empty is left out. @throws {SyntaxError} */
export function argumentsOf(
  fields: readonly Field[],
  written: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const pairs = fields.flatMap(({ name, kind }) => {
    const text = Object.hasOwn(written, name) ? written[name]! : ''
    if (text === '') return []
    return [[name, kind === 'text' || kind === 'choice' ? text : JSON.parse(text)]]
  })
  return Object.fromEntries(pairs)
}
