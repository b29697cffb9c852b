import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'

export const ROOT = join(import.meta.dirname, '../..')

/** Commands of a page that are run, and the JSON the page says they answer last. */
export interface Example {
  readonly line: number
  readonly commands: string
  readonly answer: unknown
}

const BLOCK = /^```(\w*)\n([\s\S]*?)^```/gm

/**
 * The `sh` blocks of a page, each with the `json` block after it. `console` blocks show commands
 * that a test cannot run as they stand.
 */
export function examplesOf(page: string): Example[] {
  const text = readFileSync(join(ROOT, page), 'utf8')
  const blocks = [...text.matchAll(BLOCK)].map(({ 1: kind, 2: body, index }) => ({
    kind,
    body: body!,
    line: text.slice(0, index).split('\n').length,
  }))
  return blocks.flatMap(({ kind, body, line }, i) => {
    if (kind !== 'sh') return []
    const next = blocks[i + 1]
    const answer = next?.kind === 'json' ? JSON.parse(next.body) : undefined
    return [{ line, commands: body, answer }]
  })
}

const DOCUMENTED = 'http://127.0.0.1:8420'
const MARK = '@@next@@'

/**
 * Runs the examples of a page, in one shell and against a service at `url`, and fails where an
 * answer is not what the page says. A text "…" in the page stands for any value.
 */
export async function runExamples(page: string, url: string): Promise<number> {
  const examples = examplesOf(page)
  const script = examples
    .map(({ commands }) => `${commands.replaceAll(DOCUMENTED, url)}\necho; echo '${MARK}'`)
    .join('\n')
  const out = await bash(script)
  const outputs = out.split(`${MARK}\n`)
  for (const [i, { line, answer }] of examples.entries()) {
    if (answer === undefined) continue
    const last = lastJson(outputs[i]!)
    const shown = JSON.parse(JSON.stringify(last).replaceAll(url, DOCUMENTED))
    expect({ line, answer: shown }).toMatchObject({ line, answer: withWildcards(answer) })
  }
  return examples.length
}

function bash(script: string): Promise<string> {
  const child = spawn('bash', ['-eu', '-c', script], { stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  return new Promise((resolve, reject) => {
    child.once('close', (code) => {
      if (code === 0) resolve(out)
      else reject(new Error(`exit code ${code}\n${err}\n${out}`))
    })
  })
}

/** Answers stand one after the other without a line break between them: the last one counts. */
function lastJson(output: string): unknown {
  const text = output.trim()
  for (let start = text.lastIndexOf('{"'); start >= 0; start = text.lastIndexOf('{"', start - 1)) {
    if (start > 0 && !/[\n}]/.test(text[start - 1]!)) continue
    try {
      return JSON.parse(text.slice(start))
    } catch {
      // It began further left.
    }
  }
  throw new Error(`no JSON in ${JSON.stringify(text.slice(0, 500))}`)
}

function withWildcards(value: unknown): unknown {
  if (value === '…') return expect.anything()
  if (Array.isArray(value)) return value.map(withWildcards)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withWildcards(inner)]),
  )
}
