import { rmSync } from 'node:fs'
import { Command } from 'commander'
import { messageOf } from '../../errors/facet-error.ts'
import { checkDemo } from '../demo/check.ts'
import { reportDemo } from '../demo/report.ts'
import { startDemo } from '../demo/start.ts'
import { stopOnSignal } from './serve.ts'

interface Flags {
  readonly port: string
  readonly check?: boolean
  readonly json?: boolean
}

export function demoCommand(): Command {
  return new Command('demo')
    .description('Start with example data: three real upstream servers and five dynamic ones.')
    .option('-p, --port <port>', 'port to listen on', '8420')
    .option('--check', 'use it as a client would, say what was seen, and exit with 0 or 1')
    .action(async ({ port, check }: Flags) => {
      const demo = await startDemo(check ? 0 : Number(port))
      const cleanUp = () => rmSync(demo.folder, { recursive: true, force: true })
      if (!check) {
        for (const source of demo.missing) console.error(`not connected: ${source}`)
        await reportDemo(demo)
        return stopOnSignal(demo.facet, cleanUp)
      }
      try {
        if (demo.missing.length > 0) throw new Error(`not connected: ${demo.missing.join('; ')}`)
        await reportDemo(demo)
        console.log('\nChecking it as a client would:\n')
        await checkDemo(demo.client)
        console.log('\nThe demo works.')
      } catch (error) {
        console.error(`\nThe demo does not work: ${messageOf(error)}`)
        process.exitCode = 1
      } finally {
        await demo.facet.close()
        cleanUp()
      }
    })
}
