import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Check, readChecks } from './results.ts'

export interface SuiteRun {
  readonly checks: readonly Check[]
  /** Passed and failed, as the suite counts them. */
  readonly total: string
  readonly output: string
}

export function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}

/** Runs a version of the conformance suite and reads what it wrote about every check. */
export async function runSuite(suite: string, args: readonly string[]): Promise<SuiteRun> {
  const folder = mkdtempSync(join(tmpdir(), 'facet-conformance-'))
  try {
    const output = await outputOf(suite, [...args, '--output-dir', folder])
    const total = output.split('\n').findLast((line) => line.startsWith('Total:'))
    const checks = readChecks(folder)
    return { checks, total: total?.replace(/^Total:\s*/, '') ?? 'did not finish', output }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function outputOf(suite: string, args: readonly string[]): Promise<string> {
  const main = here(`../../node_modules/${suite}/dist/index.js`)
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
  }
  return new Promise((resolve) => child.on('close', () => resolve(output)))
}
