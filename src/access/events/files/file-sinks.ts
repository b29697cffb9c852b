import { LazyThread, startThread } from '../../../store/thread.ts'
import type { EventSettings } from '../settings.ts'
import type { Sink } from '../sink.ts'
import type { FileSinkName, Request } from './protocol.ts'

/** Characters of a result that a line of JSON has, and an entry of a transcript. */
const LINE = 2_000
const ENTRY = 50_000

/** The sinks that write files. They share a thread, which is started when one of them has to write. */
export function fileSinks(settings: EventSettings): Sink[] {
  const { jsonl, text, transcript } = settings
  const thread = new LazyThread(() =>
    startThread<Request>('./worker', import.meta.url, { settings }),
  )
  const sink = (name: FileSinkName, rest: Pick<Sink, 'isOn' | 'wants'>): Sink => ({
    ...rest,
    name,
    write: async (events) => void (await thread.ask({ method: 'write', sink: name, events })),
    tidy: async (now) => void (await thread.ask({ method: 'tidy', sink: name, now })),
    start: async (now, filter) =>
      void (await thread.ask({ method: 'start', sink: name, now, filter })),
    stop: async (now) => void (await thread.ask({ method: 'stop', sink: name, now })),
    close: () => thread.close(),
  })
  return [
    sink('jsonl', {
      isOn: jsonl.enabled,
      wants: { params: jsonl.params, result: jsonl.results ? LINE : 0 },
    }),
    sink('text', { isOn: text.enabled, wants: { params: text.params, result: 0 } }),
    sink('transcript', {
      isOn: false,
      wants: { params: transcript.params, result: transcript.results ? ENTRY : 0 },
    }),
  ]
}
