import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { Facet } from '../../src/main.ts'

interface Operation {
  readonly responses: Record<string, { content?: Record<string, { schema?: object }> }>
}

interface Document {
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: object
}

interface Checked {
  readonly document: Document
  readonly validators: Map<string, ValidateFunction>
}

/** The administrator's token of tests that have one. */
export const ADMIN_TOKEN = 'test-admin-token-0123456789'

/** The document is the same for every Facet, so it is read once. */
let known: Promise<Checked> | undefined

async function load(facet: Facet): Promise<Checked> {
  const response = await facet.app.request('http://127.0.0.1/openapi.json', {
    headers: { host: '127.0.0.1', authorization: `Bearer ${ADMIN_TOKEN}` },
  })
  if (!response.ok) throw new Error(`no OpenAPI document: ${response.status}`)
  return { document: (await response.json()) as Document, validators: new Map() }
}

/** Addresses that are not REST and are documented elsewhere. */
const UNDOCUMENTED = /^\/(?:docs|admin|openapi\.json|mcp$|dynamic\/[^/]+\/mcp)/

/**
 * Fails when an answer is not what the OpenAPI document says: an undocumented status, or a body
 * that does not fit its schema. Every call of every test goes through here.
 */
export async function checkAgainstDocument(
  facet: Facet,
  method: string,
  path: string,
  response: Response,
  body: unknown,
): Promise<void> {
  const address = path.split('?')[0]!
  if (UNDOCUMENTED.test(address) || [401, 403, 404, 405, 413, 415, 500].includes(response.status))
    return
  // Any write of any route can answer it.
  if (response.status === 503 && (body as { code?: string }).code === 'storage_failed') return
  known ??= load(facet)
  const { document, validators } = await known
  const template = Object.keys(document.paths)
    .filter((candidate) => matches(candidate, address))
    .sort((a, b) => a.split('{').length - b.split('{').length)[0]
  const operation = template && document.paths[template]?.[method.toLowerCase()]
  if (!operation) return
  const documented = operation.responses[response.status]
  if (!documented) {
    throw new Error(`${method} ${path} answered ${response.status}, which is not documented`)
  }
  const type = (response.headers.get('content-type') ?? '').split(';')[0]!
  const schema = documented.content?.[type]?.schema
  if (!schema) {
    if (body === undefined || body === '') return
    throw new Error(`${method} ${path} answered ${type}, which is not documented`)
  }
  const key = `${method} ${template} ${response.status}`
  const validate = validators.get(key) ?? compile(document, schema)
  validators.set(key, validate)
  if (validate(body)) return
  const { instancePath, message } = validate.errors![0]!
  throw new Error(`${method} ${path} ${response.status}: ${instancePath} ${message}`)
}

function compile(document: Document, schema: object): ValidateFunction {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  return ajv.compile({ ...schema, components: document.components })
}

function matches(template: string, address: string): boolean {
  const pattern = template.replace(/\{[^}]+\}/g, '[^/]+')
  return new RegExp(`^${pattern}$`).test(address)
}
