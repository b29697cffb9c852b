import type { ServerCapabilities } from '@modelcontextprotocol/client'

/** What an upstream can do beside listing and running, as it said when it was last connected. */
export interface UpstreamFeatures {
  readonly completions: boolean
  readonly logging: boolean
  readonly subscribe: boolean
}

export const NO_FEATURES: UpstreamFeatures = {
  completions: false,
  logging: false,
  subscribe: false,
}

export function featuresOf({
  completions,
  logging,
  resources,
}: ServerCapabilities): UpstreamFeatures {
  return {
    completions: completions !== undefined,
    logging: logging !== undefined,
    subscribe: resources?.subscribe === true,
  }
}
