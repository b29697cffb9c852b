/** One place a problem is about: which member of the request, and where in its text. */
export interface ProblemItem {
  readonly path: string
  readonly message: string
  readonly code?: string
  readonly position?: number
  readonly name?: string
}

/** An answer other than success, as the service words it. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly errors: readonly ProblemItem[]

  constructor(status: number, code: string, detail: string, errors: readonly ProblemItem[] = []) {
    super(detail)
    this.status = status
    this.code = code
    this.errors = errors
  }
}

/** What a problem document says; a proxy in between may answer with something else. */
export async function problemOf(response: {
  status: number
  text(): Promise<string>
}): Promise<ApiError> {
  const { status } = response
  try {
    const { code, detail, errors } = JSON.parse(await response.text())
    return new ApiError(status, String(code), String(detail), errors)
  } catch {
    return new ApiError(status, 'unknown', `The service answered with status ${status}.`)
  }
}
