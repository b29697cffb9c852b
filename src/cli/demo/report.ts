import type { clientConfigurations } from '../../dynamic/clients.ts'
import type { presentServer } from '../../dynamic/present-server.ts'
import type { Client } from '../client.ts'
import { table } from '../table.ts'

type Server = ReturnType<typeof presentServer>
type Clients = ReturnType<typeof clientConfigurations>
type Catalog = Record<string, readonly unknown[]>

/** Says what the demo serves and how to connect to it. */
export async function reportDemo({ client, folder }: { client: Client; folder: string }) {
  const { servers } = await client.request<{ servers: Server[] }>('GET', '/dynamic')
  const rows = [['server', 'tools', 'prompts', 'resources', 'MCP endpoint']]
  for (const { id, mcp_path } of servers) {
    const catalog = await client.request<Catalog>('GET', `/dynamic/${id}/catalog`)
    const counts = ['tools', 'prompts', 'resources'].map((noun) => String(catalog[noun]!.length))
    rows.push([id, ...counts, client.url + mcp_path])
  }
  console.log(`\nFacet is running. Open ${client.url}/admin (the API is at ${client.url}/docs)\n`)
  console.log(table(rows))
  const example = servers.find(({ id }) => id === 'analytics') ?? servers[0]!
  const config = await client.request<Clients>('GET', `/dynamic/${example.id}/clients`)
  console.log(`\nConnect a client to "${example.id}":\n`)
  console.log(`  Claude Code  ${config.claude_code.command}`)
  console.log(`  Cursor       ${JSON.stringify(config.cursor['.cursor/mcp.json'])}`)
  console.log(`               in .cursor/mcp.json`)
  console.log(`  VS Code      ${config.vscode.command}`)
  console.log(`\nThen tag a tool and watch the client's list change:\n`)
  console.log(
    `  id=$(curl -s '${client.url}/tools?q=echo&limit=1' | sed 's/.*"id":"\\(tool_[^"]*\\)".*/\\1/')`,
  )
  console.log(
    `  curl -X PATCH ${client.url}/tools/$id -H 'content-type: application/json' -d '{"tags":["analytics"]}'`,
  )
  console.log(`\nThe database and the sample files are in ${folder}. Stop with Ctrl-C.`)
}
