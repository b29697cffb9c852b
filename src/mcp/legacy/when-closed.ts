/** The same response, and a word, once, when its stream has ended or the client has left. */
export function whenClosed(response: Response, closed: () => void): Response {
  return endable(response, closed).response
}

/** Like {@link whenClosed}, with a way to end the stream from here. */
export function endable(
  response: Response,
  closed: () => void,
): { readonly response: Response; readonly end: () => void } {
  if (!response.body) return { response, end: () => undefined }
  const reader = response.body.getReader()
  let stream: ReadableStreamDefaultController<Uint8Array> | undefined
  let open = true
  const end = () => {
    if (open) closed()
    open = false
  }
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      stream = controller
    },
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (!open) return
        if (!done) return controller.enqueue(value)
        controller.close()
      } catch (error) {
        if (open) controller.error(error)
      }
      end()
    },
    cancel(reason) {
      end()
      return reader.cancel(reason)
    },
  })
  const { status, statusText, headers } = response
  return {
    response: new Response(body, { status, statusText, headers }),
    end() {
      if (!open) return
      end()
      stream?.close()
      reader.cancel().catch(() => undefined)
    },
  }
}
