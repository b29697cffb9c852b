import { Command, InvalidArgumentError } from 'commander'
import { messageOf } from '../../errors/facet-error.ts'
import { reportDemo } from '../demo/report.ts'
import type { Demo } from '../demo/start.ts'
import { stopOnSignal } from './serve.ts'

interface Flags {
  readonly port: number
  readonly check?: boolean
}

export function demoCommand(): Command {
  return new Command('demo')
    .description('Start with example data: three real upstream servers and five dynamic ones.')
    .option('-p, --port <port>', 'port to listen on', portOf, 8420)
    .option('--check', 'use it as a client would, say what was seen, and exit with 0 or 1')
    .action(async ({ port, check }: Flags) => {
      const { startDemo } = await import('../demo/start.ts')
      const demo = await startDemo(check ? 0 : port)
      if (!check) stopOnSignal(demo.facet, demo.cleanUp)
      const works = await (check ? runCheck(demo) : report(demo)).then(
        () => true,
        (error: unknown) => {
          console.error(`\nThe demo does not work: ${messageOf(error)}`)
          process.exitCode = 1
          return false
        },
      )
      if (works && !check) return
      await demo.facet.close()
      demo.cleanUp()
    })
}

async function report(demo: Demo): Promise<void> {
  for (const source of demo.missing) console.error(`not connected: ${source}`)
  await reportDemo(demo)
}

async function runCheck(demo: Demo): Promise<void> {
  if (demo.missing.length > 0) throw new Error(`not connected: ${demo.missing.join('; ')}`)
  await reportDemo(demo)
  console.log('\nChecking it as a client would:\n')
  const { checkDemo } = await import('../demo/check.ts')
  await checkDemo(demo.client)
  console.log('\nThe demo works.')
}

function portOf(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('A port is a number from 0 to 65535.')
}
