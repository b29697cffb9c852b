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
  readonly modern: string
  readonly before: string
}

function methods(): Row[] {
  const rows = [...page.matchAll(/^\| `([a-z/]+)` \| (yes|no|where.+?) \| (yes|no|where.+?) \|$/gm)]
  return rows.map(([, method, modern, before]) => ({
    method: method!,
    modern: modern!,
    before: before!,
  }))
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

/** Whether a method exists in each era, as the endpoint says. */
async function answers(url: string, method: string): Promise<{ modern: boolean; before: boolean }> {
  const { body } = await rpc(url, method, PARAMS[method] ?? {})
  const started = await postOld(url, 'initialize')
  await started.text()
  const session = started.headers.get('mcp-session-id')!
  const old = await readRpc(await postOld(url, method, method === 'initialize' ? {} : { session }))
  return {
    modern: body.error?.code !== METHOD_NOT_FOUND,
    before: old.error?.code !== METHOD_NOT_FOUND,
  }
}

describe('docs/reference/mcp.md', () => {
  it('says of each method in which era it exists', async () => {
    const { url } = await served()
    expect(methods().length).toBeGreaterThan(12)
    for (const { method, modern, before } of methods()) {
      const found = await answers(url, method)
      // What depends on an upstream is not there without one.
      const said = { modern: modern === 'yes', before: before === 'yes' }
      expect([method, found]).toEqual([method, said])
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
