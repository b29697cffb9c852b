import { z } from 'zod'
import type { EntryType } from '../rules/fields.ts'
import type { JsonObject } from '../store/ports.ts'
import { httpHandlerSchema } from './handler.ts'
import { jsonObjectSchema } from './json.ts'
import { tagsSchema } from './tags.ts'

/** MCP: names of tools SHOULD be 1 to 128 of these characters. */
export const nameSchema = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{1,128}$/, 'A name is 1 to 128 letters, digits, _ . or -.')
  .meta({ example: 'create_issue' })

const textSchema = z.string().max(16_384)
const TEXT_LIMIT = 2 ** 20

/** Fields that are ours on every entry, also on those of a source. */
export const overlaySchema = z.strictObject({
  tags: tagsSchema.optional(),
  enabled: z.boolean().optional(),
  deprecated: z.boolean().optional(),
  owner: z.string().min(1).max(256).nullable().optional(),
  roles: z.array(z.string().min(1).max(64)).max(64).optional(),
  meta: jsonObjectSchema.optional(),
})

const described = {
  title: z.string().max(256).optional(),
  description: textSchema.optional(),
}

/** Annotations of a tool, in the words of MCP; all of them are hints. */
const toolAnnotations = z.looseObject({
  title: z.string().optional(),
  readOnlyHint: z.boolean().optional(),
  destructiveHint: z.boolean().optional(),
  idempotentHint: z.boolean().optional(),
  openWorldHint: z.boolean().optional(),
})

export const toolInput = overlaySchema
  .extend({
    name: nameSchema,
    ...described,
    inputSchema: jsonObjectSchema
      .refine(
        (schema) => schema.type === 'object',
        'The root of an input schema is "type": "object".',
      )
      .default({ type: 'object' }),
    outputSchema: jsonObjectSchema.optional(),
    annotations: toolAnnotations.optional(),
    handler: httpHandlerSchema,
  })
  .meta({ id: 'ToolInput' })

const promptArgument = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, 'A name is 1 to 64 letters, digits, _ . or -.'),
  title: z.string().max(256).optional(),
  description: textSchema.optional(),
  required: z.boolean().optional(),
})

const messageContent = z.union([
  z.looseObject({ type: z.literal('text'), text: z.string().max(TEXT_LIMIT) }),
  z.looseObject({ type: z.enum(['image', 'audio']), data: z.base64(), mimeType: z.string() }),
  z.looseObject({ type: z.literal('resource'), resource: jsonObjectSchema }),
  z.looseObject({ type: z.literal('resource_link'), uri: z.string(), name: z.string() }),
])

export const promptInput = overlaySchema
  .extend({
    name: nameSchema,
    ...described,
    arguments: z
      .array(promptArgument)
      .max(64)
      .refine((args) => new Set(args.map((arg) => arg.name)).size === args.length, {
        error: 'Two arguments have the same name.',
      })
      .optional(),
    messages: z
      .array(z.strictObject({ role: z.enum(['user', 'assistant']), content: messageContent }))
      .min(1)
      .max(64),
  })
  .meta({ id: 'PromptInput' })

const uriSchema = z
  .string()
  .max(2048)
  .regex(/^[A-Za-z][A-Za-z0-9+.-]*:\S*$/, 'A URI starts with a scheme, such as docs://handbook.')

const mimeType = z.string().max(256).optional()
const resourceAnnotations = jsonObjectSchema.optional()

export const resourceInput = overlaySchema
  .extend({
    uri: uriSchema,
    name: z.string().min(1).max(256),
    ...described,
    mimeType,
    annotations: resourceAnnotations,
    text: z.string().max(TEXT_LIMIT).optional(),
    blob: z
      .base64()
      .max(2 * TEXT_LIMIT)
      .optional(),
  })
  .refine((resource) => (resource.text === undefined) !== (resource.blob === undefined), {
    error: 'A resource has either text or blob (base64).',
    path: ['text'],
  })
  .meta({ id: 'ResourceInput' })

export const resourceTemplateInput = overlaySchema
  .extend({
    uriTemplate: uriSchema.refine((template) => /\{[^{}]+\}/.test(template), {
      error: 'A template has a variable, such as docs://{page}. Without one, post a resource.',
    }),
    name: z.string().min(1).max(256),
    ...described,
    mimeType,
    annotations: resourceAnnotations,
    text: z
      .string()
      .max(TEXT_LIMIT)
      .meta({ description: 'What reading answers; {{variable}} stands for what the URI holds.' }),
  })
  .meta({ id: 'ResourceTemplateInput' })

export const INPUT_SCHEMAS = {
  tool: toolInput,
  prompt: promptInput,
  resource: resourceInput,
  resource_template: resourceTemplateInput,
} as const satisfies Record<EntryType, z.ZodType>

export type Overlay = z.output<typeof overlaySchema>

/** A validated body, split into what an entry record keeps where. */
export interface EntryInput {
  readonly key: string
  readonly definition: JsonObject
  readonly overlay: Overlay
  readonly handler: JsonObject | null
  readonly content: JsonObject | null
}

const OVERLAY_FIELDS = Object.keys(overlaySchema.shape)
const CONTENT_FIELDS = ['messages', 'text', 'blob']

/** Splits a validated body of one entry type. */
export function splitInput(type: EntryType, body: Record<string, unknown>): EntryInput {
  const pick = (wanted: (field: string) => boolean) =>
    Object.fromEntries(
      Object.entries(body).filter(([field, value]) => value !== undefined && wanted(field)),
    ) as JsonObject
  const definition = pick(
    (field) => ![...OVERLAY_FIELDS, ...CONTENT_FIELDS, 'handler'].includes(field),
  )
  const content = pick((field) => CONTENT_FIELDS.includes(field))
  if (type === 'prompt') inferArguments(definition, content)
  return {
    key: String(definition.uri ?? definition.uriTemplate ?? definition.name),
    definition,
    overlay: pick((field) => OVERLAY_FIELDS.includes(field)) as Overlay,
    handler: (body.handler as JsonObject | undefined) ?? null,
    content: Object.keys(content).length > 0 ? content : null,
  }
}

export const PLACEHOLDER = /\{\{\s*([A-Za-z0-9_.-]{1,64})\s*\}\}/g

/** A placeholder nobody declared is a required argument: clients must know to ask for it. */
function inferArguments(definition: JsonObject, content: JsonObject): void {
  const declared = (definition.arguments ?? []) as JsonObject[]
  const used = JSON.stringify(content.messages).matchAll(PLACEHOLDER)
  const missing = new Set([...used].map((match) => match[1]!))
  for (const { name } of declared) missing.delete(String(name))
  if (declared.length + missing.size === 0) return
  const inferred = [...missing].map((name) => ({ name, required: true }))
  definition.arguments = [...declared, ...inferred]
}
