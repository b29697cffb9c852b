import type { ServerCapabilities } from '@modelcontextprotocol/server'
import { MANUAL } from '../catalog/entry.ts'
import type { ServerDefinition } from '../dynamic/definition.ts'
import type { View } from '../dynamic/view.ts'
import type { EntryType } from '../rules/fields.ts'
import type { Runner } from '../sources/run.ts'
import type { UpstreamFeatures } from '../sources/upstream/features.ts'

/** What a server offers besides its members. */
export interface Features extends UpstreamFeatures {
  /** Whether there are tools to unlock something, whatever else there is. */
  readonly gates?: boolean
}

/**
 * What the sources behind a view can do. Resources posted here can be watched; the rest is up to
 * the upstreams.
 */
export function featuresOf(runner: Runner, view: View): Features {
  const sourcesOf = (...types: EntryType[]) =>
    new Set(types.flatMap((type) => [...view.lists.get(type)!.sources]))
  const resources = sourcesOf('resource', 'resource_template')
  const completable = sourcesOf('prompt', 'resource_template')
  const all = new Set([...sourcesOf('tool', 'prompt'), ...resources])
  const manual = view.lists.get('resource')!.sources.has(MANUAL)
  return {
    completions: [...completable].some((id) => runner.features(id)?.completions),
    gates: view.gates !== undefined,
    logging: [...all].some((id) => runner.features(id)?.logging),
    subscribe: manual || [...resources].some((id) => runner.features(id)?.subscribe),
  }
}

/**
 * The capabilities of a server: its lists by what its rules can ever select, so that they do not
 * come and go, the rest by what its members can do now.
 *
 * @param announces whether changes can be announced: a single old request has no stream for them
 */
export function capabilitiesOf(
  { rules }: ServerDefinition,
  features: Features,
  announces: boolean,
): ServerCapabilities {
  const has = (...types: EntryType[]) =>
    rules.some(({ type, effect }) => effect === 'include' && types.includes(type))
  const lists = announces ? { listChanged: true } : {}
  const watched = announces && features.subscribe ? { subscribe: true } : {}
  return {
    ...(has('tool') || features.gates ? { tools: lists } : {}),
    ...(has('prompt') ? { prompts: lists } : {}),
    ...(has('resource', 'resource_template') ? { resources: { ...lists, ...watched } } : {}),
    ...(features.completions ? { completions: {} } : {}),
    ...(features.logging ? { logging: {} } : {}),
  }
}
