import { createRequire } from 'node:module'

/** The version in package.json, two levels up from here in a checkout and one in a build. */
export const VERSION = (createRequire(import.meta.url)('../package.json') as { version: string })
  .version
