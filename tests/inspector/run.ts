/**
 * Has the official Inspector list and call through a Facet, in both eras: `npm run inspector`. It
 * is fetched when it is needed (110 MB, without install scripts) and so no part of the tests.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { pino } from 'pino'
import { settingsSchema } from '../../src/config/settings.ts'
import { createFacet } from '../../src/main.ts'
import { serveHttp } from '../conformance/upstream/http.ts'

const INSPECTOR = '@modelcontextprotocol/inspector@2.12.0'
const folder = mkdtempSync(join(tmpdir(), 'facet-inspector-'))
const run = promisify(execFile)
const upstream = await serveHttp('both')
const facet = await createFacet({
  settings: settingsSchema.parse({
    database: ':memory:',
    rules: join(folder, 'no-rules'),
    port: 0,
    sources: [{ id: 'fixture', transport: { type: 'http', url: upstream.url } }],
  }),
  environment: {},
  logger: pino({ level: 'silent' }),
})
const { url } = await facet.listen()
for (let waited = 0; waited < 1_200; waited++) {
  const source = await (await fetch(`${url}/sources/fixture`)).json()
  if ((source as { status: { state: string } }).status.state === 'up') break
  await new Promise((resolve) => setTimeout(resolve, 50))
}

async function inspect(...args: string[]): Promise<string> {
  const command = ['-y', INSPECTOR, '--cli', `${url}/mcp`, '--transport', 'http', ...args]
  const env = {
    ...process.env,
    npm_config_ignore_scripts: 'true',
    MCP_CATALOG_PATH: join(folder, 'mcp.json'),
  }
  try {
    return (await run('npx', command, { env, maxBuffer: 2 ** 24 })).stdout
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string }
    return `${stdout ?? ''}${stderr ?? String(error)}`
  }
}

const EXPECTED: [args: string[], says: RegExp][] = [
  [['--method', 'tools/list'], /"test_simple_text"/],
  [['--method', 'prompts/list'], /"test_simple_prompt"/],
  [['--method', 'resources/list'], /test:\/\/static-text/],
  [['--method', 'resources/read', '--uri', 'test://static-text'], /content of the static text/],
  [['--method', 'prompts/get', '--prompt-name', 'test_simple_prompt'], /"messages"/],
  [['--method', 'tools/call', '--tool-name', 'test_simple_text'], /"text":/],
  [['--method', 'tools/call', '--tool-name', 'test_error_handling'], /"isError": true/],
  [['--method', 'tools/call', '--tool-name', 'unheard_of'], /unheard_of/],
]

let failed = 0
for (const [args, says] of EXPECTED) {
  const output = await inspect(...args)
  const isFine = says.test(output)
  if (!isFine) failed++
  console.log(`${isFine ? 'ok    ' : 'FAILED'} ${args.join(' ')}`)
  if (!isFine) console.log(output)
}
await facet.close()
await upstream.close()
rmSync(folder, { recursive: true, force: true })
console.log(`${EXPECTED.length - failed} passed, ${failed} failed`)
process.exit(failed > 0 ? 1 : 0)
