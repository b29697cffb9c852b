import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { prompt, resource, tool } from '../support/bodies.ts'
import { ROOT, runExamples } from '../support/docs.ts'
import { startFacet } from '../support/facet.ts'
import { readRpc, rpc } from '../support/mcp.ts'

const page = readFileSync(join(ROOT, 'docs/reference/mcp.md'), 'utf8')

const METHOD_NOT_FOUND = -32601

/** Parameters with which a method is understood, whatever it answers. */
const PARAMS: Readonly<Record<string, Record<string, unknown>>> = {
  initialize: initializeWith('2025-11-25'),
  'tools/call': { name: 't', arguments: {} },
  'prompts/get': { name: 'p' },
  'resources/read': { uri: 'docs://r' },
  'resources/subscribe': { uri: 'docs://r' },
  'resources/unsubscribe': { uri: 'docs://r' },
}

function initializeWith(protocolVersion: string) {
  return { protocolVersion, capabilities: {}, clientInfo: { name: 'docs', version: '1' } }
}

interface Row {
  readonly method: string
  /** What is said of each revision, in the order of the columns. */
  readonly said: readonly string[]
}

function methods(): { revisions: string[]; rows: Row[] } {
  const cells = (line: string) => line.split('|').map((cell) => cell.trim().replaceAll('`', ''))
  const [, , ...revisions] = cells(/^\| method \| .+$/m.exec(page)![0]).slice(0, -1)
  const lines = [...page.matchAll(/^\| `[a-z/]+` \| (?:yes|no|where).+ \|$/gm)]
  const rows = lines.map(([line]) => {
    const [, method, ...said] = cells(line).slice(0, -1)
    return { method: method!, said }
  })
  return { revisions, rows }
}

async function served() {
  const facet = await startFacet({ listen: true })
  await facet.ok('POST', '/tools', tool('t'))
  await facet.ok('POST', '/prompts', prompt('p'))
  await facet.ok('POST', '/resources', resource('docs://r'))
  return { url: `${facet.url}/mcp`, root: facet.url }
}

/** One request of an older client. */
function postOld(
  url: string,
  method: string,
  { params = PARAMS[method] ?? {}, session }: { params?: object; session?: string } = {},
) {
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(session ? { 'mcp-session-id': session } : {}),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
}

/** Whether a method exists in a revision, as the endpoint says. */
async function exists(url: string, method: string, revision: string): Promise<boolean> {
  if (revision === '2026-07-28') {
    const { body } = await rpc(url, method, PARAMS[method] ?? {})
    return body.error?.code !== METHOD_NOT_FOUND
  }
  const started = await postOld(url, 'initialize', { params: initializeWith(revision) })
  expect((await readRpc(started)).result?.protocolVersion).toBe(revision)
  const session = started.headers.get('mcp-session-id')!
  const old = await readRpc(await postOld(url, method, method === 'initialize' ? {} : { session }))
  return old.error?.code !== METHOD_NOT_FOUND
}

describe('docs/reference/mcp.md', () => {
  it('says of each method in which revisions it exists', async () => {
    const { url } = await served()
    const { revisions, rows } = methods()
    expect(revisions).toEqual(['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26'])
    expect(rows.length).toBeGreaterThan(12)
    for (const { method, said } of rows) {
      const found = await Promise.all(revisions.map((revision) => exists(url, method, revision)))
      // What depends on an upstream is not there without one.
      expect([method, found]).toEqual([method, said.map((word) => word === 'yes')])
    }
  })

  it('names the revisions that are spoken, and the one others get', async () => {
    const { url } = await served()
    const row = /^\| revisions \| (.+) \| (.+) \|$/m.exec(page)!
    const named = (cell: string) => [...cell.matchAll(/`([\d-]+)`/g)].map(([, version]) => version!)
    const { body } = await rpc(url, 'server/discover')
    expect(body.result?.supportedVersions).toEqual(named(row[1]!))
    for (const version of named(row[2]!)) {
      const asked = postOld(url, 'initialize', { params: initializeWith(version) })
      const { result } = await readRpc(await asked)
      expect(result?.protocolVersion).toBe(version)
    }
    const [newest] = named(row[2]!)
    expect(page).toContain(`asks \`initialize\` for another revision gets \`${newest}\``)
  })

  it('has an example that runs as it is written', async () => {
    const { root } = await served()
    expect(await runExamples('docs/reference/mcp.md', root)).toBe(1)
  })
})
