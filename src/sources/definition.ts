import { z } from 'zod'
import { tagsSchema } from '../catalog/tags.ts'
import { oauthSettings } from './oauth/settings.ts'

/** Ids of sources and dynamic servers: readable in every URL and stable. */
export const idSchema = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$/,
    'An id is 1 to 64 lower-case letters, digits, _ or -, and starts and ends with a letter or digit.',
  )

const headerName = z.string().regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, 'Not a header name.')
const oneLine = z.string().regex(/^[^\r\n\0]*$/, 'One line of text.')

const isAuthorization = (name: string) => name.toLowerCase() === 'authorization'

const httpTransport = z
  .strictObject({
    type: z.literal('http'),
    url: z
      .url({ protocol: /^https?$/, error: 'An http or https URL.' })
      .refine((url) => !url.includes('${'), {
        error: 'A URL never holds a secret: put the reference into a header.',
      })
      .refine((url) => !/^https?:\/\/[^/?#]*@/.test(url), {
        error: 'A URL holds no user and password: put a reference into the authorization header.',
      }),
    headers: z.record(headerName, oneLine).optional(),
    auth: oauthSettings.optional(),
  })
  .refine(({ headers = {}, auth }) => !auth || !Object.keys(headers).some(isAuthorization), {
    path: ['auth'],
    error: 'Either auth or an authorization header, not both.',
  })
  .meta({ id: 'HttpTransport' })

const stdioTransport = z
  .strictObject({
    type: z.literal('stdio'),
    command: z.string().min(1),
    args: z.array(z.string()).optional(),
    env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()).optional(),
    cwd: z.string().optional(),
  })
  .meta({ id: 'StdioTransport' })

export const transportSchema = z.discriminatedUnion('type', [httpTransport, stdioTransport])

/** What of a source can be changed after it was made. */
const changeable = {
  description: z.string().max(1024).optional(),
  enabled: z.boolean().default(true),
  prefix: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{0,64}$/, 'At most 64 letters, digits, _ . or -.')
    .nullable()
    .default(null)
    .meta({ description: 'Put before names on servers with prefixed names; null: the id.' }),
  tags: tagsSchema.default([]),
  trusted: z
    .boolean()
    .default(true)
    .meta({ description: 'false: at most three of its tools are on a page of search_tools.' }),
  timeout_ms: z
    .number()
    .int()
    .min(1)
    .max(300_000)
    .default(30_000)
    .meta({ description: 'Longest silence of a call; progress starts it again.' }),
  connection: z.enum(['shared', 'per_client']).default('shared').meta({
    description:
      'shared: clients share a connection wherever they can. per_client: every client gets its own (for a command: its own process), for upstreams that keep state, and for old commands that ask their client something.',
  }),
  transport: transportSchema,
}

export const sourceInput = z
  .strictObject({ id: idSchema.optional(), kind: z.literal('mcp').default('mcp'), ...changeable })
  .meta({ id: 'SourceInput' })

/** A source as written, with every default filled in. Values of headers and env are references. */
export const sourceDefinition = z.strictObject({ kind: z.literal('mcp'), ...changeable })

export type Transport = z.output<typeof transportSchema>
export type SourceInput = z.output<typeof sourceInput>
export type SourceDefinition = z.output<typeof sourceDefinition>

/** A source in the configuration file: as posted, with its id. */
export const configuredSource = sourceInput.extend({ id: idSchema })
