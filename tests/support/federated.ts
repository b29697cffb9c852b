import { type StartOptions, startFacet, type TestFacet } from './facet.ts'
import { fakeTool } from './fake-upstream.ts'
import { type SdkUpstream, startSdkUpstream } from './sdk-upstream.ts'
import { inState } from './wait.ts'

export type Era = 'modern' | 'legacy'

export const EVERYTHING = ['tool', 'prompt', 'resource', 'resource_template'].map((type) => ({
  type,
  filter: 'true',
  include_federated: true,
}))

export interface Federated {
  readonly facet: TestFacet
  readonly upstream: SdkUpstream
  /** Endpoint of a server `s` that shows everything. */
  readonly url: string
}

/** One upstream, with a tool `remote` and whatever `offer` adds, behind a server that shows it all. */
export async function federate(
  era: Era,
  offer: (upstream: SdkUpstream) => void = () => undefined,
  { source = {}, ...options }: StartOptions & { source?: Record<string, unknown> } = {},
): Promise<Federated> {
  const upstream = await startSdkUpstream(era)
  upstream.tools.push(fakeTool('remote'))
  offer(upstream)
  const facet = await startFacet({ listen: true, ...options })
  const transport = { type: 'http', url: upstream.url }
  await facet.ok('POST', '/sources', { id: 'up', transport, ...source })
  await inState(facet, 'up', 'up')
  await facet.ok('POST', '/dynamic', { id: 's', name: 'S', rules: EVERYTHING })
  return { facet, upstream, url: `${facet.url}/dynamic/s/mcp` }
}
