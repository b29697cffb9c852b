import type { Server } from '@modelcontextprotocol/server'
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio'
import { buildConformanceServer, type Changes } from './build.ts'

let server: Server | undefined

/** The conformance upstream as a command, for both eras or, with `--legacy`, for the older one. */
const changes: Changes = {
  tools: new Set(),
  prompts: new Set(),
  announce: (list) =>
    void server
      ?.notification({ method: `notifications/${list}/list_changed` })
      .catch(() => undefined),
}

function build(): Server {
  server = buildConformanceServer(changes)
  return server
}

if (process.argv.includes('--legacy')) await build().connect(new StdioServerTransport())
else serveStdio(build)
