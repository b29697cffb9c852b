import type { HttpHandler } from '../../catalog/handler.ts'
import { FacetError } from '../../errors/facet-error.ts'
import type { Json, JsonObject } from '../../store/ports.ts'

/** A handler with the arguments of one call filled in. Headers still hold secret references. */
export interface FilledRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Record<string, string>
  readonly body: string | undefined
}

/** `{name}`, but not the `${NAME}` of a secret. */
const PLACEHOLDER = /(?<!\$)\{([A-Za-z0-9_.-]+)\}/g
const WITHOUT_BODY = ['GET', 'HEAD', 'DELETE']

/**
 * Fills a handler in. Arguments become single path segments or query values, whatever characters
 * they hold: none can change the host, climb the path or add a parameter.
 *
 * @throws {FacetError} `invalid_request` when an argument that the request needs is missing.
 */
export function fillRequest(handler: HttpHandler, args: JsonObject): FilledRequest {
  const used = new Set<string>()
  const value = (name: string): Json | undefined => {
    used.add(name)
    return Object.hasOwn(args, name) ? args[name] : undefined
  }
  const url = new URL(handler.url.replace(PLACEHOLDER, (_, name) => inUrl(name, value(name))))
  for (const [key, template] of Object.entries(handler.query ?? {})) {
    const filled = fillText(String(template), value)
    if (filled !== undefined) url.searchParams.append(key, filled)
  }
  const headers: Record<string, string> = {}
  for (const [key, template] of Object.entries(handler.headers ?? {})) {
    const filled = fillText(template, (name) => inHeader(name, value(name)))
    if (filled === undefined) continue
    refuseMadeReference(template, filled)
    headers[key.toLowerCase()] = filled
  }
  const template = handler.body === undefined ? undefined : fill(handler.body as Json, value)
  const rest = Object.entries(args).filter(([name]) => !used.has(name))
  if (WITHOUT_BODY.includes(handler.method)) {
    if (!handler.query) {
      for (const [name, argument] of rest) url.searchParams.append(name, asText(argument) ?? '')
    }
    return { method: handler.method, url, headers, body: undefined }
  }
  const body = template === undefined ? Object.fromEntries(rest) : template
  headers['content-type'] ??= 'application/json'
  return { method: handler.method, url, headers, body: JSON.stringify(body) }
}

function asText(value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function inUrl(name: string, value: Json | undefined): string {
  const text = asText(value)
  if (text === undefined || text === '') {
    throw new FacetError('invalid_request', `The argument ${name} is needed.`)
  }
  // A dot segment stays one even when it is percent-encoded (WHATWG URL, 4.1).
  if (text === '.' || text === '..') {
    throw new FacetError('invalid_request', `The argument ${name} cannot be ${text}.`)
  }
  return encodeURIComponent(text)
}

function inHeader(name: string, value: Json | undefined): Json | undefined {
  const text = asText(value)
  if (text !== undefined && /[\r\n\0]/.test(text)) {
    throw new FacetError('invalid_request', `The argument ${name} must be one line.`)
  }
  return text
}

/** A reference is written by whoever wrote the handler; arguments must not put one together. */
function refuseMadeReference(template: string, filled: string): void {
  const references = (text: string) => text.match(/\$\{[^}]*\}/g)?.join() ?? ''
  if (references(template) === references(filled)) return
  throw new FacetError('invalid_request', 'An argument for a header cannot hold ${…}.')
}

/** Fills the placeholders of a text; undefined when one of them has no argument. */
function fillText(template: string, value: (name: string) => Json | undefined): string | undefined {
  let missing = false
  const text = template.replace(PLACEHOLDER, (_, name: string) => {
    const filled = asText(value(name))
    if (filled === undefined) missing = true
    return filled ?? ''
  })
  return missing ? undefined : text
}

/** Fills a JSON body: a text that is one placeholder takes the argument with its type. */
function fill(template: Json, value: (name: string) => Json | undefined): Json | undefined {
  if (typeof template === 'string') {
    const whole = /^\{([A-Za-z0-9_.-]+)\}$/.exec(template)
    return whole ? value(whole[1]!) : fillText(template, value)
  }
  if (Array.isArray(template)) return template.map((item) => fill(item, value) ?? null)
  if (typeof template !== 'object' || template === null) return template
  return Object.fromEntries(
    Object.entries(template).flatMap(([key, inner]) => {
      const filled = fill(inner, value)
      return filled === undefined ? [] : [[key, filled]]
    }),
  )
}
