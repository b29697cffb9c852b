import { Command } from 'commander'
import type { Facet } from '../../main.ts'
import { writeServiceFile } from '../service-file.ts'
import { addSettingsFlags, settingsOf } from '../settings-flags.ts'

export function serveCommand(): Command {
  const command = new Command('serve').description('Start the service.')
  return addSettingsFlags(command).action(async (flags: Record<string, unknown>) => {
    const { settings, file, warnings } = settingsOf(flags)
    // Loaded when it is started: the other commands are done sooner than it takes to load.
    const { createFacet } = await import('../../main.ts')
    const facet = await createFacet({ settings })
    const { logger } = facet
    for (const warning of warnings) logger.warn(warning)
    const { url } = await facet.listen().catch(async (error: unknown) => {
      await facet.close()
      throw error
    })
    const removeServiceFile = writeServiceFile(settings.database, {
      url: reachable(url),
      token: facet.operatorToken,
      pid: process.pid,
    })
    logger.info({ url, database: settings.database, config: file }, 'facet is listening')
    if (facet.isOpen()) {
      logger.warn(
        'There is no credential yet: everybody on this machine can read and change everything. Only loopback is listened on. `facet init` makes a key and closes the door.',
      )
    }
    stopOnSignal(facet, removeServiceFile)
  })
}

/** Not every system connects to "all addresses": commands use the loopback one of the same kind. */
function reachable(url: string): string {
  return url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')
}

/** Ends with 0 when told to stop; a second signal does not wait for what is still running. */
export function stopOnSignal(facet: Facet, cleanUp: () => void): void {
  let stopping = false
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1)
    stopping = true
    facet.logger.info({ signal }, 'stopping')
    cleanUp()
    facet.close().then(
      () => process.exit(0),
      (error: unknown) => {
        facet.logger.error({ err: error }, 'not stopped cleanly')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}
