import './no-eval.ts'
import { Client, StreamableHTTPClientTransport, type Tool } from '@modelcontextprotocol/client'
import { useEffect, useState } from 'react'
import { setSignedOut } from '../session/signed-out.ts'

const MAX_MESSAGES = 100

/** One message as it went over the wire. */
export interface Message {
  readonly key: number
  readonly isSent: boolean
  readonly text: string
}

export interface Connection {
  readonly client: Client | undefined
  readonly tools: readonly Tool[] | undefined
  readonly error: unknown
  /** The latest ones, newest first. */
  readonly messages: readonly Message[]
}

let made = 0

/** The official client, connected to a server as any client would be, and its tools as they are now. */
export function useClient(id: string): Connection {
  const [client, setClient] = useState<Client>()
  const [tools, setTools] = useState<readonly Tool[]>()
  const [error, setError] = useState<unknown>()
  const [messages, setMessages] = useState<readonly Message[]>([])
  useEffect(() => {
    let isOver = false
    const note = (isSent: boolean, message: unknown) => {
      const one = { key: ++made, isSent, text: JSON.stringify(message, null, 2) }
      setMessages((before) => [one, ...before].slice(0, MAX_MESSAGES))
    }
    const own = new Client(
      { name: 'facet-playground', version: '1.0.0' },
      {
        versionNegotiation: { mode: 'auto' },
        listChanged: {
          tools: {
            onChanged: (problem, items) => {
              if (items) setTools(items)
              setError(problem ?? undefined)
            },
          },
        },
      },
    )
    const address = new URL(`/dynamic/${encodeURIComponent(id)}/mcp`, location.origin)
    const transport = new StreamableHTTPClientTransport(address, {
      fetch: async (url, init) => {
        const response = await fetch(url, init)
        if (response.status === 401) setSignedOut(true)
        return response
      },
    })
    const start = async () => {
      const connected = own.connect(transport)
      // The client takes the transport over first, and sends after that.
      const send = transport.send.bind(transport)
      transport.send = (message, options) => {
        note(true, message)
        return send(message, options)
      }
      await connected
      const receive = transport.onmessage
      transport.onmessage = (message) => {
        note(false, message)
        receive?.(message)
      }
      const listed = await own.listTools()
      if (isOver) return
      setClient(own)
      setTools(listed.tools)
    }
    start().catch((problem: unknown) => !isOver && setError(problem))
    return () => {
      isOver = true
      own.close().catch(() => undefined)
    }
  }, [id])
  return { client, tools, error, messages }
}
