import { parentPort, workerData } from 'node:worker_threads'
import type { Response } from '../../../store/thread.ts'
import { JsonlFile } from './jsonl.ts'
import type { FileSink, FileSinkName, Request, WorkerData } from './protocol.ts'
import { TextFile } from './text.ts'
import { Transcript } from './transcript.ts'

/** The thread that writes events to files: disks are slow, and some of them fail. */

const port = parentPort!
const { settings } = workerData as WorkerData
const sinks: Readonly<Record<FileSinkName, FileSink>> = {
  jsonl: new JsonlFile(settings.jsonl),
  text: new TextFile(settings.text),
  transcript: new Transcript(settings.transcript),
}

async function handle(request: Request): Promise<void> {
  if (request.method === 'close') return
  const sink = sinks[request.sink]
  if (request.method === 'write') sink.write(request.events)
  else if (request.method === 'tidy') await sink.tidy?.(request.now)
  else if (request.method === 'start') sink.start?.(request.now, request.filter)
  else sink.stop?.(request.now)
}

/** One after the other: a file is not written while it is being put aside. */
let last = Promise.resolve()

port.on('message', ({ id, request }: { id: number; request: Request }) => {
  last = last.then(async () => {
    let response: Response = { id, result: null }
    try {
      await handle(request)
    } catch (error) {
      response = { id, error: error instanceof Error ? error.message : String(error) }
    }
    port.postMessage(response)
    if (request.method === 'close') port.close()
  })
})
port.postMessage({ id: 0, result: null } satisfies Response)
