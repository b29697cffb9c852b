import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Settings, settingsSchema } from '../../config/settings.ts'

const require = createRequire(import.meta.url)

/** The example servers that come with Facet. */
const RULES = fileURLToPath(new URL('../../../rules', import.meta.url))

const FILES: Readonly<Record<string, string>> = {
  'handbook.md': '# Handbook\n\nAsk before you delete anything.\n',
  'q3-report.txt': 'Revenue 4.2 M, up 7 % on the quarter before.\n',
  'notes.txt': 'Try: PATCH a tag and watch the client hear of it.\n',
}

/** A folder of its own for one demo: a fresh database and some sample files. */
export function prepareFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'facet-demo-'))
  const files = join(folder, 'files')
  mkdirSync(files)
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(files, name), text)
  return folder
}

/**
 * Settings of the demo: three real upstream servers over stdio.
 *
 * @throws {Error} when the upstream servers are not installed.
 */
export function demoSettings(folder: string, port: number): Settings {
  refuseMissing()
  return settingsSchema.parse({
    port,
    database: join(folder, 'facet.db'),
    rules: RULES,
    log_level: 'warn',
    // The hand-posted tools of the demo call the service itself.
    http_allowed_hosts: ['127.0.0.1'],
    sources: [
      {
        id: 'everything',
        description: 'A server with a bit of every MCP feature',
        tags: ['demo'],
        transport: upstream('everything'),
      },
      {
        id: 'files',
        description: 'Files of a sample folder',
        transport: upstream('filesystem', join(folder, 'files')),
      },
      {
        id: 'memory',
        description: 'A knowledge graph',
        tags: ['notes'],
        transport: {
          ...upstream('memory'),
          env: { MEMORY_FILE_PATH: join(folder, 'memory.jsonl') },
        },
      },
    ],
  })
}

/** Example servers of the MCP project; they come with a checkout, not with the package. */
const UPSTREAMS = ['everything', 'filesystem', 'memory'] as const

const packageOf = (name: string) => `@modelcontextprotocol/server-${name}`

function upstream(name: (typeof UPSTREAMS)[number], ...args: string[]) {
  const script = join(dirname(manifestOf(name)!), 'dist/index.js')
  return { type: 'stdio' as const, command: process.execPath, args: [script, ...args] }
}

function manifestOf(name: string): string | undefined {
  try {
    return require.resolve(`${packageOf(name)}/package.json`)
  } catch {
    return undefined
  }
}

function refuseMissing(): void {
  const missing = UPSTREAMS.filter((name) => manifestOf(name) === undefined).map(packageOf)
  if (missing.length === 0) return
  throw new Error(`The demo needs its example servers: npm install ${missing.join(' ')}`)
}

interface Posted {
  readonly noun: 'tools' | 'prompts' | 'resources'
  readonly body: Record<string, unknown>
}

const text = (text: string) => [{ role: 'user', content: { type: 'text', text } }]

/** Entries posted by hand, beside what the upstreams offer. */
export function demoEntries(url: string): Posted[] {
  return [
    {
      noun: 'tools',
      body: {
        name: 'count_tags',
        description: 'Counts how often each tag is used in the catalog.',
        tags: ['analytics'],
        annotations: { readOnlyHint: true },
        handler: { type: 'http', method: 'GET', url: `${url}/tags` },
      },
    },
    {
      noun: 'tools',
      body: {
        name: 'find_tools',
        description: 'Finds tools of the catalog whose name or description has some words.',
        tags: ['search'],
        annotations: { readOnlyHint: true },
        inputSchema: {
          type: 'object',
          properties: { q: { type: 'string', description: 'Words to look for' } },
          required: ['q'],
        },
        handler: {
          type: 'http',
          method: 'GET',
          url: `${url}/tools`,
          query: { q: '{q}', limit: 5 },
        },
      },
    },
    {
      noun: 'prompts',
      body: {
        name: 'legal_summarise_contract',
        description: 'Summarises a contract for people who are no lawyers.',
        tags: ['legal'],
        messages: text('Summarise this contract in five sentences:\n\n{{contract}}'),
      },
    },
    {
      noun: 'prompts',
      body: {
        name: 'legal_check_nda',
        description: 'The old check of a non-disclosure agreement.',
        deprecated: true,
        messages: text('Check this agreement: {{agreement}}'),
      },
    },
    {
      noun: 'resources',
      body: {
        uri: 'docs://travel-policy',
        name: 'Travel policy',
        mimeType: 'text/markdown',
        text: '# Travel policy\n\nTake the train where it takes less than four hours.\n',
      },
    },
  ]
}
