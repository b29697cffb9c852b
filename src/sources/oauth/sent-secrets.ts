/** Fields of a request to an authorization server that nobody else may see. */
const SECRET_FIELDS = [
  'client_secret',
  'client_assertion',
  'refresh_token',
  'code',
  'code_verifier',
]

/** The secrets in a request, to keep a reply that repeats them out of messages and logs. */
export function sentSecrets({ body, headers }: RequestInit): string[] {
  const form = body instanceof URLSearchParams ? body : new URLSearchParams(textOf(body))
  const fields = SECRET_FIELDS.flatMap((name) => form.getAll(name))
  const credential = new Headers(headers).get('authorization')?.split(' ')[1]
  const basic = credential === undefined ? [] : [credential, ...passwordIn(credential)]
  return [...fields, ...basic].filter((value) => value !== '')
}

function textOf(body: RequestInit['body']): string {
  return typeof body === 'string' ? body : ''
}

function passwordIn(credential: string): string[] {
  const text = Buffer.from(credential, 'base64').toString()
  const colon = text.indexOf(':')
  if (colon < 0) return []
  const password = text.slice(colon + 1)
  return [password, decoded(password)]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
