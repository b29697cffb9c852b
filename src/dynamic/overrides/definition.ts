import { z } from 'zod'
import { nameSchema } from '../../catalog/input.ts'
import { withinBounds } from '../../catalog/json.ts'
import { ENTRY_TYPES } from '../../rules/fields.ts'
import { idSchema } from '../../sources/definition.ts'

export const MAX_OVERRIDES = 500

const text = z.string().min(1).max(2048)

/**
 * The entry an override is about: a tool by the name clients would see without overrides, or any
 * entry by its source and its own name, or its URI.
 */
const matchSchema = z
  .union([
    text,
    z.strictObject({
      type: z.enum(ENTRY_TYPES).default('tool'),
      source: idSchema,
      name: text.optional(),
      uri: text.optional(),
    }),
  ])
  .meta({
    description:
      'The name of a tool as clients would see it without overrides, or {type, source, name}; {type, source, uri} for resources and resource templates.',
  })

const argumentSchema = z
  .strictObject({
    fixed: z
      .unknown()
      .refine(withinBounds, 'Nested too deep, or too many values.')
      .optional()
      .meta({
        description:
          'The value of every call, whatever the caller sends; the argument is not shown.',
      }),
    hidden: z.literal(true).optional().meta({
      description: 'Leaves an optional argument out; a caller who sends it is refused.',
    }),
  })
  .refine(({ fixed, hidden }) => (fixed === undefined) !== (hidden === undefined), {
    error: 'Say either fixed (with a value) or "hidden": true.',
  })

/** How a server shows one entry. What filters see of the entry stays as it is. */
export const overrideSchema = z
  .strictObject({
    match: matchSchema,
    name: nameSchema.optional(),
    title: z.string().max(256).optional(),
    description: z.string().max(16_384).optional(),
    arguments: z.record(text, argumentSchema).optional(),
  })
  .superRefine((override, context) => {
    const refuse = (path: string[], message: string) =>
      context.addIssue({ code: 'custom', path, message })
    const { match, name, arguments: args = {} } = override
    const changes = [name, override.title, override.description, ...Object.keys(args)]
    if (changes.every((change) => change === undefined)) {
      refuse([], 'Say what to change: name, title, description or arguments.')
    }
    if (typeof match === 'string') return
    const isNamed = match.type === 'tool' || match.type === 'prompt'
    const [wanted, other] = isNamed ? (['name', 'uri'] as const) : (['uri', 'name'] as const)
    const noun = match.type.replaceAll('_', ' ')
    if (match[wanted] === undefined)
      refuse(['match', wanted], `A ${noun} is told by its ${wanted}.`)
    if (match[other] !== undefined) refuse(['match', other], `A ${noun} is told by its ${wanted}.`)
    if (!isNamed && name !== undefined)
      refuse(['name'], `The URI of a ${noun} tells it, not a name.`)
    if (match.type !== 'tool' && override.arguments !== undefined) {
      refuse(['arguments'], 'Only arguments of tools can be fixed or hidden.')
    }
  })
  .meta({ id: 'Override' })

export const overridesSchema = z
  .array(overrideSchema)
  .max(MAX_OVERRIDES)
  .superRefine((overrides, context) => {
    const matches = new Set<string>()
    const names = new Set<string>()
    for (const [index, override] of overrides.entries()) {
      const match = keyOf(override.match)
      if (matches.has(match)) {
        const message = 'Another override is about the same entry.'
        context.addIssue({ code: 'custom', path: [index, 'match'], message })
      }
      matches.add(match)
      if (override.name === undefined) continue
      const name = `${typeOf(override)} ${override.name}`
      if (names.has(name)) {
        const message = `Another override gives the name ${override.name}.`
        context.addIssue({ code: 'custom', path: [index, 'name'], message })
      }
      names.add(name)
    }
  })

export type Override = z.output<typeof overrideSchema>

/** The type of the entry an override is about. */
export function typeOf({ match }: Override) {
  return typeof match === 'string' ? 'tool' : match.type
}

/** Equal for matches that say the same. */
export function keyOf(match: Override['match']): string {
  if (typeof match === 'string') return `shown ${match}`
  return `${match.type} ${match.source} ${match.name ?? match.uri}`
}
