import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createMetrics } from '../../src/observability/metrics.ts'
import { server, tool } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'
import { connectClient } from '../support/mcp.ts'

const root = join(import.meta.dirname, '../..')

/** Names of our own metrics: those of the process come from the library. */
async function metricNames(): Promise<string[]> {
  const { registry } = createMetrics()
  const all = await registry.getMetricsAsJSON()
  return all.map(({ name }) => name).filter((name) => !/^facet_(?:process|nodejs)_/.test(name))
}

describe('health', () => {
  it('is told: alive, ready, and in detail', async () => {
    const { ok } = await startFacet()
    expect(await ok('GET', '/health')).toMatchObject({ status: 'ok' })
    expect(await ok('GET', '/health/ready')).toEqual({ ready: true })
    const before = await ok<{ requests: number }>('GET', '/health/detailed')
    await ok('GET', '/tools')
    const after = await ok<{ requests: number }>('GET', '/health/detailed')
    expect(after.requests).toBe(before.requests + 2)
    expect(after).toMatchObject({
      status: 'ok',
      database: 'ok',
      sources: [],
      servers: 0,
      errors: 0,
    })
  })

  it('is not ready when the database is gone', async () => {
    const { facet, api } = await startFacet()
    await facet.close()
    const { status, body } = await api('GET', '/health/ready')
    expect([status, body.ready]).toEqual([503, false])
  })
})

describe('GET /metrics', () => {
  it('counts what happened, without names of tools or callers', async () => {
    const { ok, url, api } = await startFacet({ listen: true })
    await ok('POST', '/tools', tool('my_private_tool', { tags: ['x'] }))
    await ok('POST', '/dynamic', server('s', { type: 'tool', filter: "'x' in tags" }))
    const client = await connectClient(`${url}/dynamic/s/mcp`)
    await client.listTools()
    await client.callTool({ name: 'my_private_tool', arguments: {} })
    const { text, headers } = await api('GET', '/metrics')
    expect(headers.get('content-type')).toMatch(/^text\/plain/)
    for (const line of [
      'facet_rule_evaluations_total{mode="rule",type="tool",outcome="ok"} 1',
      'facet_view_requests_total{kind="view",result="miss"} 1',
      'facet_mcp_requests_total{method="tools/list",era="modern",outcome="ok"} 1',
      'facet_tool_calls_total{server="s",source="manual",outcome="upstream_failed"} 1',
      'facet_catalog_entries{type="tool",source="manual"} 1',
      'facet_server_entries{server="s",type="tool"} 1',
    ]) {
      expect(text).toContain(line)
    }
    expect(text).not.toContain('my_private_tool')
  })

  it('names the first 200 servers and calls the others "other"', () => {
    const { serverLabel } = createMetrics()
    for (let i = 0; i < 200; i++) expect(serverLabel(`s${i}`)).toBe(`s${i}`)
    expect(serverLabel('s200')).toBe('other')
    expect(serverLabel('s0')).toBe('s0')
  })
})

describe('the metrics', () => {
  it('are all on the dashboard, and the dashboard names no other', async () => {
    const dashboard = readFileSync(join(root, 'grafana/facet.json'), 'utf8')
    const named = new Set(
      [...dashboard.matchAll(/\bfacet_[a-z0-9_]+/g)].map(([name]) =>
        name.replace(/_(?:bucket|sum|count)$/, ''),
      ),
    )
    const ours = await metricNames()
    const process = [...named].filter((name) => /^facet_(?:process|nodejs)_/.test(name))
    expect([...named].sort()).toEqual([...ours, ...process].sort())
    const { registry } = createMetrics()
    const known = (await registry.getMetricsAsJSON()).map(({ name }) => name)
    for (const name of process) expect(known).toContain(name)
  })

  it('are all in docs/reference/metrics.md, with their labels', async () => {
    const page = readFileSync(join(root, 'docs/reference/metrics.md'), 'utf8')
    const rows = [...page.matchAll(/^\| `(facet_\w+)(?:\{([^}]*)\})?` \|/gm)]
    expect(rows.map((match) => match[1]).sort()).toEqual((await metricNames()).sort())
    const { registry } = createMetrics()
    for (const [, name, labels = ''] of rows) {
      const metric = registry.getSingleMetric(name!) as unknown as { labelNames: string[] }
      expect([name, labels]).toEqual([name, metric.labelNames.join(',')])
    }
  })
})
