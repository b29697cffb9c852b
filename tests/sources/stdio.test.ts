import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startFacet } from '../support/facet.ts'
import { connectClient, textOf } from '../support/mcp.ts'
import { inState, until } from '../support/wait.ts'

const SCRIPT = join(import.meta.dirname, '../support/stdio-upstream.ts')

function command(...args: string[]) {
  return { type: 'stdio', command: process.execPath, args: [SCRIPT, ...args] }
}

async function started(transport: Record<string, unknown>, environment: NodeJS.ProcessEnv = {}) {
  const facet = await startFacet({
    listen: true,
    environment,
    limits: { backoffMs: 50, maxBackoffMs: 200 },
    settings: { sources: [{ id: 'child', transport }] },
  })
  return facet
}

describe('an upstream over stdio', () => {
  it('gets only the variables that are listed for it', async () => {
    process.env.FACET_TEST_OUTER = 'must not leak'
    onTestFinished(() => void delete process.env.FACET_TEST_OUTER)
    const env = { PLAIN: 'plain', SECRET_ONE: '${OUTER_NAME}' }
    const facet = await started({ ...command(), env }, { OUTER_NAME: 'resolved' })
    await inState(facet, 'child', 'up')
    const client = await connectClient(`${facet.url}/dynamic/all/mcp`)
    const seen = JSON.parse(textOf(await client.callTool({ name: 'env', arguments: {} })))
    expect(seen).toMatchObject({ PLAIN: 'plain', SECRET_ONE: 'resolved' })
    expect(seen).not.toHaveProperty('FACET_TEST_OUTER')
    expect(seen).not.toHaveProperty('OUTER_NAME')
  })

  it('that ends is started again, and its calls fail at once meanwhile', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'facet-stdio-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const pidFile = join(folder, 'pid')
    const facet = await started(command('--pid', pidFile))
    await inState(facet, 'child', 'up')
    const first = Number(readFileSync(pidFile))
    const client = await connectClient(`${facet.url}/dynamic/all/mcp`)
    process.kill(first, 'SIGKILL')
    await inState(facet, 'child', 'down')
    const result = await client.callTool({ name: 'echo', arguments: {} })
    expect(result.isError).toBe(true)
    expect(textOf(result)).toMatch(/child is not connected/)
    const { tools } = await facet.ok<{ tools: unknown[] }>('GET', '/tools')
    expect(tools).toHaveLength(8)
    await inState(facet, 'child', 'up')
    expect(Number(readFileSync(pidFile))).not.toBe(first)
    expect(textOf(await client.callTool({ name: 'echo', arguments: { a: 1 } }))).toBe('{"a":1}')
  })

  it('that reports progress together with its result loses none of it', async () => {
    const facet = await started(command())
    await inState(facet, 'child', 'up')
    const client = await connectClient(`${facet.url}/dynamic/all/mcp`)
    const seen: number[] = []
    await client.callTool(
      { name: 'steps', arguments: {} },
      { onprogress: ({ progress }) => void seen.push(progress) },
    )
    expect(seen).toEqual([1, 2, 3])
  })

  it('that ends in the middle of a call ends the call with an error', async () => {
    const facet = await started(command())
    await inState(facet, 'child', 'up')
    const client = await connectClient(`${facet.url}/dynamic/all/mcp`)
    const result = await client.callTool({ name: 'exit', arguments: {} })
    expect(result.isError).toBe(true)
    expect(textOf(result)).toMatch(/closed/i)
  })

  it('that floods its output is cut off', async () => {
    const facet = await started(command())
    await inState(facet, 'child', 'up')
    const client = await connectClient(`${facet.url}/dynamic/all/mcp`)
    const result = await client.callTool({ name: 'flood', arguments: {} })
    expect(result.isError).toBe(true)
    await inState(facet, 'child', 'up')
  })

  it('that cannot start says why in its status, without the secrets it was given', async () => {
    const complaint = 'cannot read config with token hunter2-long'
    const transport = { ...command('--fail', complaint), env: { API_TOKEN: '${OUTER_NAME}' } }
    const facet = await started(transport, { OUTER_NAME: 'hunter2-long' })
    const { status } = await inState(facet, 'child', 'down')
    expect(status.last_error?.message).toContain('cannot read config with token [redacted]')
    const missing = await started({ type: 'stdio', command: '/nonexistent/command' })
    const { status: second } = await inState(missing, 'child', 'down')
    expect(second.last_error?.message).toMatch(/ENOENT/)
  })

  it('does not outlive the service', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'facet-stdio-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const pidFile = join(folder, 'pid')
    const facet = await started(command('--pid', pidFile))
    await inState(facet, 'child', 'up')
    const pid = Number(readFileSync(pidFile))
    await facet.facet.close()
    await until('the child is gone', () => {
      try {
        process.kill(pid, 0)
        return false
      } catch {
        return true
      }
    })
  })
})
