/** Bodies that tests post, with what they do not care about filled in. */

export function tool(name: string, more: Record<string, unknown> = {}) {
  return {
    name,
    handler: { type: 'http', method: 'GET', url: 'https://api.example.com/run' },
    ...more,
  }
}

export function prompt(name: string, more: Record<string, unknown> = {}) {
  return {
    name,
    messages: [{ role: 'user', content: { type: 'text', text: `Do ${name}` } }],
    ...more,
  }
}

export function resource(uri: string, more: Record<string, unknown> = {}) {
  return { uri, name: uri.split('/').at(-1), text: `Text of ${uri}`, ...more }
}

export function template(uriTemplate: string, more: Record<string, unknown> = {}) {
  return { uriTemplate, name: uriTemplate.split('/').at(-1), text: 'Text', ...more }
}

/** A dynamic server with one rule. */
export function server(
  id: string,
  rule: Record<string, unknown>,
  more: Record<string, unknown> = {},
) {
  return { id, name: id, rules: [rule], ...more }
}
