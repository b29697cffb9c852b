import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { readServiceFile, type ServiceFile } from '../../src/cli/service-file.ts'
import { until } from './wait.ts'

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts')

/** All that a process is told of the environment: where programs and what was compiled before are. */
const ENVIRONMENT = {
  PATH: process.env.PATH,
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
}

/** Nobody listens there: a service that happens to run on this machine is not asked. */
const NO_SERVICE = { FACET_PORT: '1' }

export interface RunOptions {
  /** By default an empty folder of its own, where no service is configured. */
  readonly cwd?: string
  /** Handed on besides. */
  readonly env?: Readonly<Record<string, string>>
}

export interface Outcome {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Starts a command of the command line as a process of its own, ended with the test at the latest. */
export function spawnFacet(args: readonly string[], options: RunOptions = {}): ChildProcess {
  return start(process.execPath, [MAIN, ...args], options)
}

/** Runs a command of the command line to its end. */
export function runFacet(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return ended(spawnFacet(args, options))
}

/** Runs a shell script in a folder; `npx facet` in it is the command line of this checkout. */
export function runScript(script: string, cwd: string): Promise<Outcome> {
  const text = script.replaceAll('npx facet', `'${process.execPath}' '${MAIN}'`)
  return ended(start('bash', ['-eu', '-c', text], { cwd, env: NO_SERVICE }))
}

function start(command: string, args: readonly string[], { cwd, env }: RunOptions): ChildProcess {
  const child = spawn(command, args, {
    cwd: cwd ?? emptyFolder(),
    env: { ...ENVIRONMENT, ...(cwd === undefined ? NO_SERVICE : {}), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

function ended(child: ChildProcess): Promise<Outcome> {
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

function emptyFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'facet-process-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Starts `facet serve` in a folder, and answers when it can be reached. */
export async function serveFacet(
  options: RunOptions & { readonly cwd: string; readonly flags?: readonly string[] },
): Promise<{ child: ChildProcess; service: ServiceFile }> {
  const { flags = [], cwd } = options
  const child = spawnFacet(['serve', '--port', '0', ...flags], options)
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
