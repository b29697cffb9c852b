import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A process that serves HTTP. */
export interface Running {
  readonly url: string
  readonly pid: number
}

export const PROTOCOL = '2026-07-28'

/** What every request of 2026-07-28 says of its client. */
export const META = {
  'io.modelcontextprotocol/protocolVersion': PROTOCOL,
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
}

/** The processes of one measurement, in a folder of their own. */
export class Services {
  readonly folder = mkdtempSync(join(tmpdir(), 'facet-bench-'))
  readonly #children: ChildProcess[] = []

  /** Starts a script that takes its input at once and says its port. */
  async start(
    script: string,
    input: Buffer | string,
    args: string[] = [],
    nodeOptions: readonly string[] = [],
  ): Promise<Running> {
    const all = [...nodeOptions, join(import.meta.dirname, script), ...args]
    const child = spawn(process.execPath, all, { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#children.push(child)
    child.stdin!.end(input)
    const [port] = await once(child.stdout!, 'data')
    return { url: `http://127.0.0.1:${Number(String(port))}/`, pid: child.pid! }
  }

  /** @param nodeOptions flags of Node for the service, to profile it */
  async facet(nodeOptions: readonly string[] = []): Promise<Running> {
    const main = join(import.meta.dirname, '../../src/cli/main.ts')
    const args = [...nodeOptions, main, 'serve', '--port', '0', '--log-format', 'json']
    const env = { ...process.env, FACET_ALLOW_STDIO_OVER_REST: 'true' }
    const child = spawn(process.execPath, args, {
      cwd: this.folder,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#children.push(child)
    const url = await new Promise<string>((resolve) => {
      child.stderr!.on('data', (chunk) => {
        const found = /"url":"([^"]+)"/.exec(String(chunk))?.[1]
        if (found) resolve(found)
      })
    })
    return { url, pid: child.pid! }
  }

  async stop(): Promise<void> {
    const ended = this.#children.map((child) => once(child, 'exit'))
    for (const child of this.#children) child.kill()
    await Promise.all(ended)
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Sends one message. Fails on any status but success. */
export async function post(url: string, body: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body,
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text}`)
  return { text, headers: response.headers }
}

/** Begins a session of a client from before 2026-07-28; answers with its header. */
export async function session(url: string): Promise<Record<string, string>> {
  const clientInfo = { name: 'bench', version: '1' }
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params })
  const { headers } = await post(url, body)
  return { 'mcp-session-id': headers.get('mcp-session-id')! }
}
