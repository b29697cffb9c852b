import { bearer, userWithKey, WITH_ADMIN } from '../support/accounts.ts'
import { bothWays } from '../support/both-ways.ts'
import { fakeTool } from '../support/fake-upstream.ts'
import { EVERYTHING, federate } from '../support/federated.ts'

export const WHO = {
  gateway: "'gateways' in caller.groups",
  writer: "caller.id == 'writer'",
  reader: "caller.id == 'reader'",
}

/** A gateway that may act as `writer` and `reader`, in front of an upstream that keeps what it got. */
export async function started() {
  const got: Record<string, unknown>[] = []
  const { facet, upstream } = await federate(
    'modern',
    (up) => {
      up.tools.push(fakeTool('read_note'), fakeTool('write_note'), {
        ...fakeTool('assign'),
        inputSchema: { type: 'object', properties: { agent_id: { type: 'string' } } },
      })
      up.prompts.push({ name: 'plan', arguments: [{ name: 'topic' }] } as never)
      Object.assign(up, {
        call: async (params: Record<string, unknown>) => {
          got.push(params)
          return { content: [{ type: 'text', text: 'done' }] }
        },
      })
    },
    { ...WITH_ADMIN },
  )
  await facet.ok('POST', '/dynamic', {
    id: 'q',
    name: 'Q',
    rules: EVERYTHING,
    exposure: 'search',
    search_aliases: ['gateway'],
  })
  const allow = (id: string, who: string, what: string) =>
    facet.ok('POST', '/policies', { id, effect: 'allow', who, what })
  await allow('gateways', WHO.gateway, "name != 'remote'")
  await allow('writers', WHO.writer, "name =~ '^(write|remote)'")
  await allow('readers', WHO.reader, "name =~ '^(read|assign)'")
  const { key } = await userWithKey(facet, 'gw', ['client'])
  await facet.ok('PATCH', '/users/gw', {
    groups: ['gateways'],
    attributes: { delegates: ['writer', 'reader'] },
  })
  const headers = bearer(key)
  const url = `${facet.url}/dynamic/s/mcp`
  const call = (name: string, args: object, more: object = {}, at = url) =>
    bothWays(at, 'tools/call', { name, arguments: args, ...more }, { ...headers, 'mcp-name': name })
  return { facet, upstream, got, headers, url, key, call }
}
