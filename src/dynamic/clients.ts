/**
 * Ready configuration for MCP clients and install links. None of it holds a secret: where the
 * service wants a credential, the client is told to ask for it or to read it from its environment.
 */
export function clientConfigurations(id: string, base: string) {
  const url = `${base.replace(/\/$/, '')}/dynamic/${id}/mcp`
  const encoded = Buffer.from(JSON.stringify({ url })).toString('base64')
  const vscode = { name: id, type: 'http', url }
  return {
    url,
    claude_code: {
      command: `claude mcp add --transport http ${id} ${url}`,
      '.mcp.json': { mcpServers: { [id]: { type: 'http', url } } },
    },
    claude_desktop: {
      'claude_desktop_config.json': {
        mcpServers: { [id]: { command: 'npx', args: ['-y', 'mcp-remote', url] } },
      },
    },
    cursor: {
      '.cursor/mcp.json': { mcpServers: { [id]: { url } } },
      install: `cursor://anysphere.cursor-deeplink/mcp/install?name=${encodeURIComponent(id)}&config=${encodeURIComponent(encoded)}`,
    },
    vscode: {
      '.vscode/mcp.json': { servers: { [id]: { type: 'http', url } } },
      command: `code --add-mcp '${JSON.stringify(vscode)}'`,
      install: `vscode:mcp/install?${encodeURIComponent(JSON.stringify(vscode))}`,
    },
    credential:
      'Once the service has keys, the client sends one: add the header "Authorization: Bearer <key>" to it.',
  }
}
