import './no-eval.ts'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { useEffect, useState } from 'react'
import { setSignedOut } from '../session/signed-out.ts'
import type { Lists } from './items.ts'

const MAX_MESSAGES = 100

/** One message as it went over the wire. */
export interface Message {
  readonly key: number
  readonly isSent: boolean
  readonly text: string
}

export interface Connection {
  readonly client: Client | undefined
  /** What the server lists now. */
  readonly lists: Lists | undefined
  readonly error: unknown
  /** The latest ones, newest first. */
  readonly messages: readonly Message[]
}

let made = 0

/** The official client, connected to a server as any client would be, and its lists as they are now. */
export function useClient(id: string): Connection {
  const [client, setClient] = useState<Client>()
  const [lists, setLists] = useState<Partial<Lists>>({})
  const [error, setError] = useState<unknown>()
  const [messages, setMessages] = useState<readonly Message[]>([])
  useEffect(() => {
    let isOver = false
    const note = (isSent: boolean, message: unknown) => {
      const one = { key: ++made, isSent, text: JSON.stringify(message, null, 2) }
      setMessages((before) => [one, ...before].slice(0, MAX_MESSAGES))
    }
    const hear = (list: Partial<Lists>) => {
      if (!isOver) setLists((before) => ({ ...before, ...list }))
    }
    const fail = (problem: unknown) => {
      if (!isOver) setError(problem ?? undefined)
    }
    const own = new Client(
      { name: 'facet-playground', version: '1.0.0' },
      {
        versionNegotiation: { mode: 'auto' },
        listChanged: {
          tools: {
            onChanged: (problem, tools) => {
              fail(problem)
              if (tools) hear({ tools })
            },
          },
          prompts: {
            onChanged: (problem, prompts) => {
              fail(problem)
              if (prompts) hear({ prompts })
            },
          },
          resources: {
            // Templates are told of together with resources, and have a list of their own.
            onChanged: (problem, resources) => {
              fail(problem)
              if (!resources) return
              hear({ resources })
              own
                .listResourceTemplates(undefined, { cacheMode: 'refresh' })
                .then(({ resourceTemplates }) => hear({ templates: resourceTemplates }), fail)
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
      const [{ tools }, { prompts }, { resources }, { resourceTemplates }] = await Promise.all([
        own.listTools(),
        own.listPrompts(),
        own.listResources(),
        own.listResourceTemplates(),
      ])
      if (isOver) return
      setClient(own)
      // What was heard of meanwhile is newer.
      setLists((heard) => ({ tools, prompts, resources, templates: resourceTemplates, ...heard }))
    }
    start().catch(fail)
    return () => {
      isOver = true
      own.close().catch(() => undefined)
    }
  }, [id])
  return { client, lists: client && (lists as Lists), error, messages }
}
