import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { tool } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'
import { spawnFacet } from '../support/process.ts'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'facet-store-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Starts the service as a process of its own; answers when it listens. */
async function serve(database: string): Promise<{ child: ChildProcess; url: string }> {
  const args = ['serve', '--port', '0', '--database', database, '--log-format', 'json']
  const rules = join(database, '..', 'rules')
  const child = spawnFacet([...args, '--rules', rules])
  let log = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr!.on('data', (chunk) => {
      log += chunk
      const match = /"url":"(http:[^"]+)"/.exec(log)
      if (match) resolve(match[1]!)
    })
    child.once('exit', () => reject(new Error(log)))
  })
  return { child, url }
}

describe('an acknowledged write', () => {
  it('is there after kill -9 in the middle of a stream of 2,000 writes', async () => {
    const database = join(folder(), 'facet.db')
    const { child, url } = await serve(database)
    const acknowledged: string[] = []
    const write = async (i: number) => {
      const response = await fetch(`${url}/tools`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(tool(`t${i}`)),
      })
      if (response.status === 201) acknowledged.push(`t${i}`)
      if (acknowledged.length === 700) child.kill('SIGKILL')
    }
    const lanes = Array.from({ length: 8 }, async (_, lane) => {
      for (let i = lane; i < 2_000; i += 8) await write(i)
    })
    await Promise.allSettled(lanes)
    expect(acknowledged.length).toBeGreaterThanOrEqual(700)
    expect(acknowledged.length).toBeLessThan(2_000)
    const { facet } = await startFacet({ settings: { database } })
    const kept = new Set(facet.catalog.list('tool').map(({ document }) => document.name))
    expect(acknowledged.filter((name) => !kept.has(name))).toEqual([])
  })
})

describe('a database file', () => {
  it('has one owner: a second process ends with 1 and says who holds it', async () => {
    const database = join(folder(), 'facet.db')
    const { child } = await serve(database)
    await expect(serve(database)).rejects.toThrow(
      new RegExp(`facet\\.db is in use by process ${child.pid}, which took it at 20`),
    )
  })

  it('is free again when its owner is killed', async () => {
    const database = join(folder(), 'facet.db')
    const { child } = await serve(database)
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('exit', resolve))
    await serve(database)
  })

  it('is made with its folders when it is missing', async () => {
    const database = join(folder(), 'deep', 'er', 'facet.db')
    const { ok } = await startFacet({ settings: { database } })
    expect(await ok('GET', '/tools')).toEqual({ tools: [] })
  })
})

describe('SIGTERM', () => {
  it('ends the service with 0, after what was acknowledged is stored', async () => {
    const database = join(folder(), 'facet.db')
    const { child, url } = await serve(database)
    const stream = fetch(`${url}/mcp`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'subscriptions/listen',
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'subscriptions/listen',
        params: {
          notifications: { toolsListChanged: true },
          _meta: {
            'io.modelcontextprotocol/protocolVersion': '2026-07-28',
            'io.modelcontextprotocol/clientCapabilities': {},
          },
        },
      }),
    })
    expect((await stream).status).toBe(200)
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })
})

describe('the files of a database', () => {
  it('are for nobody but whoever runs the service', async () => {
    const before = process.umask(0o022)
    onTestFinished(() => void process.umask(before))
    const directory = folder()
    const database = join(directory, 'data', 'facet.db')
    const { ok } = await startFacet({ settings: { database } })
    await ok('POST', '/tools', tool('a'))
    const files = readdirSync(join(directory, 'data')).sort()
    expect(files).toEqual(expect.arrayContaining(['facet.db', 'facet.db-shm', 'facet.db-wal']))
    const modes = files.map((name) => {
      const { mode } = statSync(join(directory, 'data', name))
      return [name, (mode & 0o777).toString(8)]
    })
    expect(modes).toEqual(files.map((name) => [name, '600']))
  })
})
