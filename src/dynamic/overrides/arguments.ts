import { isJsonObject } from '../../catalog/json.ts'
import { compileSchema, SchemaError } from '../../catalog/json-schema.ts'
import type { Json, JsonObject } from '../../store/ports.ts'
import type { Override } from './definition.ts'

export type Arguments = NonNullable<Override['arguments']>

/** Something about an argument that keeps a tool from being called as its override says. */
export interface ArgumentFault {
  readonly argument: string
  readonly message: string
}

/** What is wrong with the arguments of an override, by the schema of the tool as it is. */
export function argumentFaults(schema: JsonObject, args: Arguments): ArgumentFault[] {
  const properties = isJsonObject(schema.properties) ? schema.properties : {}
  const required = Array.isArray(schema.required) ? schema.required : []
  return Object.entries(args).flatMap(([argument, { fixed, hidden }]): ArgumentFault[] => {
    const fault = (message: string) => [{ argument, message }]
    if (hidden) {
      return required.includes(argument)
        ? fault(`the argument ${argument} is required, so it cannot be hidden`)
        : []
    }
    if (!Object.hasOwn(properties, argument)) return fault(`there is no argument ${argument}`)
    const problems = misfits(schema, properties, argument, fixed as Json)
    return problems.length > 0 ? fault(`the fixed value does not fit: ${problems[0]}`) : []
  })
}

/** Hidden arguments that the tool does not have: nothing is wrong, and nothing is hidden. */
export function unknownHidden(schema: JsonObject, args: Arguments): string[] {
  const properties = isJsonObject(schema.properties) ? schema.properties : {}
  return Object.keys(args).filter(
    (argument) => args[argument]!.hidden && !Object.hasOwn(properties, argument),
  )
}

/** Checks one value alone, with what its schema may refer to. A schema nobody can use fits nothing. */
function misfits(
  { $schema, $defs, definitions }: JsonObject,
  properties: JsonObject,
  argument: string,
  value: Json,
): string[] {
  const known = { $schema, $defs, definitions, type: 'object', properties }
  const alone = Object.entries(known).filter(([, part]) => part !== undefined)
  try {
    return compileSchema(Object.fromEntries(alone) as JsonObject)({ [argument]: value })
  } catch (error) {
    if (error instanceof SchemaError) return [`the schema cannot be used: ${error.message}`]
    throw error
  }
}

/** The input schema without the arguments that callers do not give. */
export function shownSchema(schema: JsonObject, args: Arguments): JsonObject {
  const isGone = (name: unknown) => typeof name === 'string' && Object.hasOwn(args, name)
  const isFixed = (name: unknown) => isGone(name) && args[String(name)]!.fixed !== undefined
  const shown = withoutRequired(schema, isFixed)
  const { properties, required } = shown
  if (isJsonObject(properties)) {
    shown.properties = Object.fromEntries(
      Object.entries(properties).filter(([name]) => !isGone(name)),
    )
  }
  if (Array.isArray(required) && required.length === 0) delete shown.required
  return shown
}

/** Keywords whose schemas are about the same object. */
const IN_PLACE = ['allOf', 'anyOf', 'oneOf'] as const

/** What is always there need not be asked for. A hidden argument never is: asking stays unmet. */
function withoutRequired(schema: JsonObject, isFixed: (name: unknown) => boolean): JsonObject {
  const copy: JsonObject = { ...schema }
  if (Array.isArray(copy.required)) copy.required = copy.required.filter((name) => !isFixed(name))
  for (const keyword of IN_PLACE) {
    const parts = copy[keyword]
    if (!Array.isArray(parts)) continue
    copy[keyword] = parts.map((part) =>
      isJsonObject(part) ? withoutRequired(part, isFixed) : part,
    )
  }
  return copy
}
