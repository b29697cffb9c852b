import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Nobody listens there: a service that happens to run on this machine is not asked. */
const NO_SERVICE = { FACET_PORT: '1' }

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts')

export interface Outcome {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs the command line, away from the configuration of this checkout. */
export function runFacet(args: readonly string[]): Promise<Outcome> {
  return run(process.execPath, [MAIN, ...args], tmpdir())
}

/** Runs a shell script in a folder; `npx facet` in it is the command line of this checkout. */
export function runScript(script: string, cwd: string): Promise<Outcome> {
  const text = script.replaceAll('npx facet', `'${process.execPath}' '${MAIN}'`)
  return run('bash', ['-eu', '-c', text], cwd)
}

function run(command: string, args: readonly string[], cwd: string): Promise<Outcome> {
  const child = spawn(command, args, {
    cwd,
    env: { PATH: process.env.PATH, ...NO_SERVICE },
  })
  const outcome = { out: '', err: '' }
  child.stdout.on('data', (chunk) => {
    outcome.out += chunk
  })
  child.stderr.on('data', (chunk) => {
    outcome.err += chunk
  })
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, ...outcome }))
  })
}
