/** The same response, and a word, once, when its stream has ended or the client has left. */
export function whenClosed(response: Response, closed: () => void): Response {
  if (!response.body) return response
  const reader = response.body.getReader()
  let open = true
  const end = () => {
    if (open) closed()
    open = false
  }
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (!done) return controller.enqueue(value)
        if (open) controller.close()
      } catch (error) {
        controller.error(error)
      }
      end()
    },
    cancel(reason) {
      end()
      return reader.cancel(reason)
    },
  })
  const { status, statusText, headers } = response
  return new Response(body, { status, statusText, headers })
}
