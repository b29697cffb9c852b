import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { until } from './wait.ts'

const ROOT = join(import.meta.dirname, '../..')

export interface RunningDemo {
  /** Where it says to open the admin UI. */
  readonly admin: string
  /** Ends it as Ctrl-C does, and answers with what is left in its folder for temporary files. */
  stop(): Promise<readonly string[]>
}

/** Runs the command of the README, as a new user does, and answers when it says where it is. */
export async function runDemo(): Promise<RunningDemo> {
  const temporary = mkdtempSync(join(tmpdir(), 'facet-try-'))
  const args = ['run', 'demo', '--', '--port', '0']
  // A group of its own: Ctrl-C goes to npm and to what it has started.
  const child = spawn('npm', args, {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  let said = ''
  const hear = (chunk: Buffer) => {
    said += chunk
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const signal = (name: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, name)
  }
  onTestFinished(() => {
    signal('SIGKILL')
    rmSync(temporary, { recursive: true, force: true })
  })
  const admin = await until(
    'the demo has said where to open it',
    () => {
      if (child.exitCode !== null) throw new Error(said)
      const isReady = said.includes('Stop with Ctrl-C')
      return isReady ? /Open (http:\S+\/admin)/.exec(said)?.[1] : undefined
    },
    120_000,
  )
  return {
    admin,
    stop: async () => {
      signal('SIGINT')
      await closed
      return readdirSync(temporary)
    },
  }
}
