import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ConfigError, loadSettings } from '../../src/config/load.ts'
import {
  FILE_ONLY,
  type SettingKey,
  settingsSchema,
  variableOf,
} from '../../src/config/settings.ts'
import { createFacet } from '../../src/main.ts'
import { testSettings } from '../support/facet.ts'

function file(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'facet-config-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'facet.yaml')
  writeFileSync(path, text)
  return path
}

function problemsOf(options: Parameters<typeof loadSettings>[0]): readonly string[] {
  try {
    loadSettings(options)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

describe('settings', () => {
  it('have defaults that need no file', () => {
    const { settings } = loadSettings({ environment: {} })
    expect(settings).toMatchObject({
      host: '127.0.0.1',
      port: 8420,
      database: 'data/facet.db',
      rules: 'rules',
      log_level: 'info',
      sources: [],
    })
  })

  it('come from the file, over it the environment, over that the flags', () => {
    const path = file('port: 1\nhost: localhost\nlog_level: warn\n')
    const environment = { FACET_PORT: '2', FACET_LOG_LEVEL: 'error' }
    const { settings } = loadSettings({ file: path, environment, flags: { port: 3 } })
    expect(settings).toMatchObject({ port: 3, host: 'localhost', log_level: 'error' })
    expect(loadSettings({ environment: { FACET_CONFIG: path } }).settings.port).toBe(1)
  })

  it('are read from texts as the type each has', () => {
    const { settings } = loadSettings({
      environment: {
        FACET_ALLOWED_HOSTS: 'a.example, b.example',
        FACET_ALLOW_STDIO_OVER_REST: 'true',
        FACET_POLL_SECONDS: '60',
        FACET_ADMIN_TOKEN: '12345',
      },
    })
    expect(settings).toMatchObject({
      allowed_hosts: ['a.example', 'b.example'],
      allow_stdio_over_rest: true,
      poll_seconds: 60,
      admin_token: '12345',
    })
  })

  it('take a secret from a file named by *_FILE', () => {
    const path = file('the-token\n')
    const { settings } = loadSettings({ environment: { FACET_ADMIN_TOKEN_FILE: path } })
    expect(settings.admin_token).toBe('the-token')
    const missing = problemsOf({ environment: { FACET_ADMIN_TOKEN_FILE: '/nonexistent' } })
    expect(missing[0]).toMatch(/^FACET_ADMIN_TOKEN_FILE: ENOENT/)
  })

  it('that are wrong are refused, each by where it was set', () => {
    const path = file('prot: 1\nsources:\n  - id: A\n    transport: {type: http, url: x}\n')
    const problems = problemsOf({
      file: path,
      environment: { FACET_PORT: 'abc', FACET_LOG_LEVEL: 'loud' },
      flags: { poll_seconds: 1 },
    })
    for (const place of [
      '--poll-seconds: ',
      'FACET_LOG_LEVEL: ',
      'FACET_PORT: ',
      `${path}: (top level): `,
      `${path}: sources.0.id: `,
      `${path}: sources.0.transport.url: `,
    ]) {
      expect(problems.filter((problem) => problem.startsWith(place))).toHaveLength(1)
    }
    expect(problems).toHaveLength(6)
    expect(problems.join()).toContain('prot')
  })

  it('of models are completed by kind, and refused where something is missing or unsafe', () => {
    const path = file(`models:
  - { id: small, kind: openai, api_key: '\${KEY}', fallbacks: [house] }
  - { id: house, kind: local, base_url: 'http://127.0.0.1:11434/v1', model: qwen }
`)
    const { settings } = loadSettings({ file: path, environment: {} })
    expect(settings.models).toMatchObject([
      { base_url: 'https://api.openai.com/v1', model: 'gpt-5.4-mini', chunk: 100, concurrency: 3 },
      { timeout_seconds: 120, chunk: 30, concurrency: 1 },
    ])
    for (const [model, problem] of [
      ['{ id: a, kind: openai }', 'need a key'],
      ['{ id: a, kind: openai, api_key: sk-123 }', 'Write a reference'],
      ['{ id: a, kind: local, model: m }', 'needs the address'],
      ["{ id: a, kind: local, base_url: 'http://h' }", 'needs its name'],
      ["{ id: a, kind: local, base_url: 'http://h', model: m, fallbacks: [b] }", 'no model b'],
      ["{ id: a, kind: openai, api_key: '${K}', url: 'http://h' }", 'url'],
    ]) {
      const problems = problemsOf({ file: file(`models: [${model}]\n`), environment: {} })
      expect(problems.join()).toContain(problem)
    }
  })

  it('in a file that cannot be read are refused with its name', () => {
    expect(problemsOf({ file: '/nonexistent.yaml', environment: {} })[0]).toMatch(/^\/nonexistent/)
    expect(problemsOf({ file: file('a: [b'), environment: {} })[0]).toMatch(/facet\.yaml: /)
    expect(problemsOf({ file: file('- a\n'), environment: {} })[0]).toMatch(/Expected settings/)
  })

  it('that nobody knows are warned about when they come from the environment', () => {
    const { warnings } = loadSettings({ environment: { FACET_PROT: '1', OTHER: 'x' } })
    expect(warnings).toEqual(['FACET_PROT is not a setting of Facet.'])
  })
})

describe('listening beyond loopback', () => {
  it('is refused without an admin token', async () => {
    for (const host of ['0.0.0.0', '::', '192.168.1.5', 'facet.example']) {
      const attempt = createFacet({ settings: testSettings({ host }) })
      await expect(attempt).rejects.toThrow(/FACET_ADMIN_TOKEN/)
    }
    const facet = await createFacet({ settings: testSettings({ host: '::1' }) })
    await facet.close()
  })

  it('through a public address is refused without one too', async () => {
    const attempt = createFacet({ settings: testSettings({ public_url: 'https://facet.example' }) })
    await expect(attempt).rejects.toThrow(/public_url.*FACET_ADMIN_TOKEN/)
    const facet = await createFacet({
      settings: testSettings({ public_url: 'http://localhost:9000' }),
    })
    await facet.close()
  })
})

describe('docs/reference/config.md', () => {
  it('has a row for every setting, with its variable, flag and default', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/reference/config.md'), 'utf8')
    const rows = [...page.matchAll(/^\| `(\w+)` \|(.*)\|$/gm)].map((match) => [
      match[1]!,
      match[2]!,
    ])
    expect(rows.map(([key]) => key).sort()).toEqual(Object.keys(settingsSchema.shape).sort())
    const defaults = settingsSchema.parse({}) as Record<string, unknown>
    for (const [key, row] of rows as [SettingKey, string][]) {
      expect(row).toContain(settingsSchema.shape[key].description)
      const fileOnly = FILE_ONLY.includes(key)
      expect([key, row.includes(`\`${variableOf(key)}\``)]).toEqual([key, !fileOnly])
      const value = defaults[key]
      const shown =
        value === undefined
          ? ''
          : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``
      expect([key, row.split('|').at(-1)!.trim()]).toEqual([key, shown])
    }
    expect(rows.length).toBeLessThan(50)
  })
})
