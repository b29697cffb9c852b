import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { VIEWER_FILES } from '../src/http/docs-viewer.ts'

/**
 * Copies the viewer of the API page into the build, so that the package needs neither its
 * dependency nor the install script of that dependency.
 */
const from = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
const to = join(import.meta.dirname, '../dist/http/viewer')
rmSync(to, { recursive: true, force: true })
mkdirSync(to, { recursive: true })
for (const file of [...VIEWER_FILES, 'LICENSE']) cpSync(join(from, file), join(to, file))
