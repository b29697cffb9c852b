import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { readServiceFile, type ServiceFile } from '../../src/cli/service-file.ts'
import { until } from './wait.ts'

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts')

export interface RunOptions {
  /** An empty folder of its own by default. */
  readonly cwd?: string
  /** Nothing else of the environment is handed on but PATH. */
  readonly env?: Readonly<Record<string, string>>
}

export interface Outcome {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

function start(args: readonly string[], { cwd, env }: RunOptions): ChildProcess {
  const options: SpawnOptions = {
    cwd: cwd ?? emptyFolder(),
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  }
  return spawn(process.execPath, [MAIN, ...args], options)
}

function emptyFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'facet-process-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Runs a command of the command line in a process of its own, to its end. */
export function runFacet(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const child = start(args, options)
  const text = { out: '', err: '' }
  child.stdout!.on('data', (chunk) => {
    text.out += chunk
  })
  child.stderr!.on('data', (chunk) => {
    text.err += chunk
  })
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, ...text }))
  })
}

/** Starts `facet serve` in a folder, and answers when it can be reached. */
export async function serveFacet(
  options: RunOptions & { readonly cwd: string; readonly flags?: readonly string[] },
): Promise<{ child: ChildProcess; service: ServiceFile }> {
  const { flags = [], cwd } = options
  const child = start(['serve', '--port', '0', ...flags], options)
  onTestFinished(() => void child.kill('SIGKILL'))
  let log = ''
  child.stderr!.on('data', (chunk) => {
    log += chunk
  })
  const service = await until('the service has said where it is', () => {
    if (child.exitCode !== null) throw new Error(log)
    return readServiceFile(join(cwd, 'data/facet.db'))
  })
  return { child, service }
}
