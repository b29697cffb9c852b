const used = new WeakMap<Response, string>()

/** Notes which token a request was sent with: a refusal says nothing of a newer one. */
export function sentWith(response: Response, token: string | undefined): Response {
  if (token !== undefined) used.set(response, token)
  return response
}

export function tokenOf(response: Response): string | undefined {
  return used.get(response)
}

/** The token in the headers of a request. */
export function bearerIn(headers: RequestInit['headers']): string | undefined {
  return /^Bearer (.+)$/.exec(new Headers(headers).get('authorization') ?? '')?.[1]
}
