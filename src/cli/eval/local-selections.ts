import { loadSettings } from '../../config/load.ts'
import { memoryStores } from '../../selection/memory-stores.ts'
import { createSelections } from '../../selection/selections.ts'
import type { Selections } from '../../selection/selector.ts'
import { createSecrets } from '../../sources/secrets.ts'

/** The models of the settings in this folder, asked without a service. @throws {ConfigError} */
export function localSelections(): Selections {
  const { settings } = loadSettings({ environment: process.env })
  return createSelections({
    profiles: settings.models,
    embeddings: settings.embeddings,
    secrets: createSecrets({
      declared: settings.secrets,
      directory: settings.secrets_dir,
      environment: process.env,
    }),
    stores: memoryStores(),
    now: () => new Date(),
  })
}
