import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The files of the viewer that the API page loads. */
export const VIEWER_FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'] as const

/** Where the viewer is: copied beside the code in a package, in node_modules in a checkout. */
export function viewerDirectory(): string {
  const packaged = join(import.meta.dirname, 'viewer')
  if (existsSync(packaged)) return packaged
  return dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
}
