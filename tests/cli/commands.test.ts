import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { writeServiceFile } from '../../src/cli/service-file.ts'
import { server, tool } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'
import { ADMIN_TOKEN } from '../support/openapi.ts'
import { runFacet } from '../support/process.ts'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'facet-cli-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const facet = (args: string[], env: Record<string, string> = {}, cwd?: string) =>
  runFacet(args, { env, ...(cwd === undefined ? {} : { cwd }) })

function write(name: string, text: string): string {
  const path = join(folder(), name)
  writeFileSync(path, text)
  return path
}

const GOOD = 'name: Good\nrules:\n  - type: tool\n    filter: "\'x\' in tags"\n'
const BAD = "name: Bad\nrules:\n  - type: tool\n    filter: name === 'x'\n"

describe('facet', () => {
  it('has help that lists its commands, and help for each of them', async () => {
    const { code, out } = await facet(['--help'])
    expect(code).toBe(0)
    for (const command of ['serve', 'demo', 'import', 'preview', 'check', 'list']) {
      expect(out).toMatch(new RegExp(`^  ${command}\\b`, 'm'))
      const help = await facet([command, '--help'])
      expect([command, help.code]).toEqual([command, 0])
      expect(help.out).toMatch(/^Usage: facet/)
      if (!['serve', 'demo'].includes(command)) expect(help.out).toContain('--json')
    }
  })

  it('refuses a command it does not know', async () => {
    const { code, err } = await facet(['serv'])
    expect(code).toBe(1)
    expect(err).toMatch(/unknown command 'serv'.*\n.*serve/)
  })
})

describe('facet serve', () => {
  it('ends with 1 and says what is wrong with its settings', async () => {
    const { code, err } = await facet(['serve', '--port', 'abc'])
    expect(code).toBe(1)
    expect(err).toMatch(/The configuration cannot be used:\n {2}--port: /)
    const open = await facet(['serve', '--host', '0.0.0.0'])
    expect([open.code, open.err]).toEqual([1, expect.stringContaining('FACET_ADMIN_TOKEN')])
  })

  it('ends with 1 when its port is in use', async () => {
    const running = await startFacet({ listen: true })
    const { code, err } = await facet(['serve', '--port', new URL(running.url).port])
    expect([code, err]).toEqual([1, expect.stringContaining('EADDRINUSE')])
  })
})

describe('facet check', () => {
  it('says that files are right, and exits with 0', async () => {
    const { code, out } = await facet(['check', write('a.yaml', GOOD)])
    expect([code, out]).toEqual([0, '1 file checked, no mistakes\n'])
  })

  it('shows each mistake under the filter, and exits with 1', async () => {
    const { code, err } = await facet(['check', write('a.yaml', GOOD), write('b.yaml', BAD)])
    expect(code).toBe(1)
    expect(err).toContain('b.yaml: rules[0].filter: ')
    expect(err).toContain("    name === 'x'\n         ^^^\n")
    expect(err).toContain('2 files checked, 1 mistake')
  })

  it('spells out what would garble the terminal', async () => {
    const path = write('a.yaml', BAD.replace("'x'", '"\u202e\u009b31m"'))
    const { code, err } = await facet(['check', path])
    expect(code).toBe(1)
    expect(err).toContain('    name === "<U+202E><U+009B>31m"\n         ^^^\n')
    expect(err).not.toMatch(/[\u202e\u009b]/)
    const preview = await facet(['preview', path, '--server', 'http://127.0.0.1:9'])
    expect([preview.code, preview.err]).toEqual([1, expect.stringContaining('         ^^^\n')])
    expect(preview.err).toContain('a.yaml: rules[0].filter')
    expect(preview.err).not.toMatch(/[\u202e\u009b]/)
  })

  it('checks directories, and prints JSON when asked to', async () => {
    const directory = folder()
    for (const [name, text] of [
      ['a.yaml', GOOD],
      ['b.yml', BAD],
      ['README.md', 'x'],
    ] as const) {
      writeFileSync(join(directory, name), text)
    }
    const { code, out } = await facet(['check', directory, '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      files: 2,
      errors: [{ path: 'b.yml: rules[0].filter', code: 'filter_syntax', position: 5 }],
    })
    expect((await facet(['check', '/nonexistent'])).code).toBe(1)
  })
})

describe('commands about the catalog', () => {
  it('list what a server shows', async () => {
    const { ok, url } = await startFacet({ listen: true })
    await ok('POST', '/tools', tool('a', { tags: ['x'], description: 'Evil \u001b[31m name' }))
    await ok('POST', '/dynamic', server('s', { type: 'tool', filter: 'true' }))
    const { code, out } = await facet(['list', 's', '--server', url])
    expect(code).toBe(0)
    expect(out).toMatch(/^1 tools\n {4}a {2}manual {2}x {2}Evil/)
    expect(out).not.toContain('\u001b')
    const json = await facet(['list', 's', '--json'], { FACET_SERVER: url })
    expect(JSON.parse(json.out)).toMatchObject({ server: 's', tools: [{ name: 'a' }] })
    const none = await facet(['list', 'none', '--server', url])
    expect([none.code, none.err]).toEqual([1, 'facet: There is no dynamic server "none".\n'])
  })

  it('preview a rules file through the eyes of a caller', async () => {
    const { url, ok } = await startFacet({ listen: true })
    for (const name of ['pay', 'list']) await ok('POST', '/tools', tool(name))
    const what = "name == 'list'"
    await ok('POST', '/policies', { effect: 'allow', who: "'risk' in caller.groups", what })
    const file = write(
      'p.yaml',
      'name: P\naccess: policy\nrules: [{ type: tool, filter: "true" }]\n',
    )
    const args = ['preview', file, '--server', url, '--caller']
    const { code, out } = await facet([...args, '{"groups": ["risk"]}'])
    expect(code).toBe(0)
    expect(out).toMatch(/^1 tools\n +list /)
    expect(out).not.toContain('pay')
    expect(out).toContain('as the caller sees it; left out: 1 that policies keep back, 0 hidden')
    const nobody = await facet([...args, 'nobody'])
    expect([nobody.code, nobody.err]).toEqual([1, expect.stringContaining('no user "nobody"')])
  })

  it('preview a rules file against the live catalog', async () => {
    const { ok, url } = await startFacet({ listen: true })
    await ok('POST', '/tools', tool('a', { tags: ['x'] }))
    const { code, out } = await facet(['preview', write('a.yaml', GOOD), '--server', url])
    expect(code).toBe(0)
    expect(out).toMatch(/1 tools\n {4}a {2}manual {2}rules 0 {2}x\nabout \d+ tokens for 1 tools/)
    const json = await facet(['preview', write('a.yaml', GOOD), '--server', url, '--json'])
    expect(JSON.parse(json.out)).toMatchObject({ counts: { tools: 1 } })
    const wrong = await facet(['preview', write('b.yaml', BAD), '--server', url])
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('^^^')])
  })

  it('import servers; commands only with the database of the service at hand', async () => {
    const running = await startFacet({ listen: true })
    const config = {
      mcpServers: {
        remote: { url: 'https://a.example/mcp', disabled: true },
        local: { command: process.execPath, args: ['-e', ''], disabled: true },
      },
    }
    const path = write('mcp.json', `# a comment\n${JSON.stringify(config)}`)
    const refused = await facet(['import', path, '--server', running.url])
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('facet import')])
    const database = join(folder(), 'facet.db')
    const remove = writeServiceFile(database, {
      url: running.url,
      token: running.facet.operatorToken,
      pid: process.pid,
    })
    expect(statSync(`${database}.service.json`).mode & 0o777).toBe(0o600)
    const { code, out } = await facet(['import', path, '--database', database])
    expect([code, out]).toEqual([0, 'imported   remote as remote\nimported   local as local\n'])
    expect(await running.ok('GET', '/sources/local')).toMatchObject({ origin: 'cli' })
    const again = await facet(['import', path, '--database', database, '--json'])
    expect(JSON.parse(again.out)).toMatchObject({ imported: [], unchanged: [{}, {}] })
    remove()
  })

  it('send the admin token, and ask for it when it is missing', async () => {
    const { url } = await startFacet({ listen: true, settings: { admin_token: ADMIN_TOKEN } })
    const without = await facet(['list', 'all', '--server', url])
    expect([without.code, without.err]).toEqual([1, expect.stringContaining('FACET_ADMIN_TOKEN')])
    const token = { FACET_ADMIN_TOKEN: ADMIN_TOKEN }
    expect((await facet(['list', 'all', '--server', url], token)).code).toBe(0)
  })

  it('say so when no service is running', async () => {
    const { code, err } = await facet(['list', 'all', '--server', 'http://127.0.0.1:9'])
    expect(code).toBe(1)
    expect(err).toMatch(/Cannot reach the service at http:\/\/127\.0\.0\.1:9 .*Is it running\?/)
  })
})

describe('facet demo --check', () => {
  it('works', async () => {
    const { code, out, err } = await facet(['demo', '--check'])
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('heard notifications/tools/list_changed')
    expect(out).toContain('The demo works.')
  }, 60_000)
})
