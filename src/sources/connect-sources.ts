import type { Sources } from './sources.ts'

/**
 * Starts to keep all sources connected, in the background. Where nobody knows yet at which address
 * the service is reached, those that somebody signs in for wait: authorization servers are told
 * where to send them back to.
 *
 * @returns connects those that wait
 */
export function connectSources(sources: Sources, knowsAddress: boolean): () => void {
  const waiting: string[] = []
  for (const { record, definition } of sources.all()) {
    const { transport } = definition
    const signsIn = transport.type === 'http' && transport.auth !== undefined
    if (signsIn && !knowsAddress) waiting.push(record.id)
    else sources.connect(record.id)
  }
  return () => {
    for (const id of waiting.splice(0)) if (sources.find(id)) sources.connect(id)
  }
}
