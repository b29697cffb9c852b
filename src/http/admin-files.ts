import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const compress = promisify(gzip)

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

export interface AdminFile {
  readonly type: string
  readonly plain: Buffer<ArrayBuffer>
  readonly gzipped: Buffer<ArrayBuffer>
}

/** The built admin UI. */
export interface AdminFiles {
  /** The page with the nonce of this answer; undefined when the UI is not built. */
  page(nonce: string): Promise<string | undefined>
  /** A script or style by its file name. */
  asset(name: string): Promise<AdminFile | undefined>
}

/** Where the build is: beside the code in a package, in `dist` of a checkout. */
function directory(): string {
  const isSource = import.meta.filename.endsWith('.ts')
  return join(import.meta.dirname, isSource ? '../../dist/admin' : '../admin')
}

/** What stands in the built page where the nonce goes. */
const NONCE = '__NONCE__'

/** Reads the built UI; what was read and compressed once is kept, for its names hold their hash. */
export function createAdminFiles(root = directory()): AdminFiles {
  const kept = new Map<string, AdminFile>()
  return {
    async page(nonce) {
      const text = await readFile(join(root, 'index.html'), 'utf8').catch(() => undefined)
      return text?.replaceAll(NONCE, nonce)
    },
    async asset(name) {
      const type = TYPES[extname(name)]
      // One segment of plain characters: nothing outside the folder can be named.
      if (type === undefined || !/^[\w-][\w.-]*$/.test(name)) return undefined
      const known = kept.get(name)
      if (known) return known
      const bytes = await readFile(join(root, 'assets', name)).catch(() => undefined)
      if (!bytes) return undefined
      const plain = Buffer.from(bytes)
      const file = { type, plain, gzipped: Buffer.from(await compress(plain)) }
      kept.set(name, file)
      return file
    },
  }
}
