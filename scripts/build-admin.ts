import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { gzipSync } from 'node:zlib'
import { messageOf } from '../src/errors/facet-error.ts'

/**
 * Builds the admin UI into dist/admin.
 *
 *     node scripts/build-admin.ts              builds, and says how large it is
 *     node scripts/build-admin.ts --if-stale   builds when the sources are others than those built
 *
 * With `--if-stale` a failure is told and not fatal: the service works without its UI.
 */
const ROOT = join(import.meta.dirname, '..')
const SOURCES = join(ROOT, 'src/admin')
const TARGET = join(ROOT, 'dist/admin')
const STAMP = join(TARGET, 'sources.sha256')

/** What a browser loads before the first page shows; the editor and the playground come later. */
const FIRST_PAGE_LIMIT = 200 * 1024

function stamp(): string {
  const hash = createHash('sha256')
  const files = readdirSync(SOURCES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  for (const file of [...files.sort(), join(ROOT, 'package-lock.json')]) {
    hash
      .update(`${relative(ROOT, file)}\0`)
      .update(readFileSync(file))
      .update('\0')
  }
  return hash.digest('hex')
}

function isFresh(wanted: string): boolean {
  try {
    return readFileSync(STAMP, 'utf8') === wanted
  } catch {
    return false
  }
}

interface Chunk {
  readonly file: string
  readonly isEntry?: boolean
  readonly imports?: readonly string[]
  readonly css?: readonly string[]
}

/** The files the page loads at once: its script, what that imports, and their styles. */
function firstPage(manifest: Readonly<Record<string, Chunk>>): Set<string> {
  const files = new Set<string>()
  const visit = (chunk: Chunk) => {
    if (files.has(chunk.file)) return
    files.add(chunk.file)
    for (const css of chunk.css ?? []) files.add(css)
    for (const name of chunk.imports ?? []) visit(manifest[name]!)
  }
  for (const chunk of Object.values(manifest)) if (chunk.isEntry) visit(chunk)
  return files
}

/** Writes down how large the files are, and fails when the first page is too large. */
function reportSizes(folder: string, isQuiet: boolean): void {
  const manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8'))
  const first = firstPage(manifest)
  const sizes = readdirSync(join(folder, 'assets')).map((name) => {
    const bytes = readFileSync(join(folder, 'assets', name))
    const isFirst = first.has(`assets/${name}`)
    return { name, isFirst, plain: bytes.length, gzip: gzipSync(bytes).length }
  })
  const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(1)} kB`.padStart(10)
  sizes.sort((a, b) => b.gzip - a.gzip)
  for (const { name, isFirst, plain, gzip } of isQuiet ? [] : sizes) {
    const when = isFirst ? 'first page' : 'when needed'
    console.log(`${kilobytes(plain)} ${kilobytes(gzip)} gzip  ${when.padEnd(12)} ${name}`)
  }
  const total = sizes.reduce((sum, { isFirst, gzip }) => sum + (isFirst ? gzip : 0), 0)
  if (!isQuiet) console.log(`The first page is ${kilobytes(total).trim()} gzip.`)
  writeFileSync(
    join(folder, 'sizes.json'),
    `${JSON.stringify({ first_page_gzip: total, limit: FIRST_PAGE_LIMIT, files: sizes }, null, 2)}\n`,
  )
  if (total > FIRST_PAGE_LIMIT) {
    throw new Error(`The first page is over its limit of ${kilobytes(FIRST_PAGE_LIMIT).trim()}.`)
  }
}

/** Builds beside the folder and swaps, so that nobody is served half of it. */
async function build(wanted: string): Promise<void> {
  // A test run has another value here, and would build React as for development.
  process.env.NODE_ENV = 'production'
  const { build: viteBuild } = await import('vite')
  const made = `${TARGET}.${process.pid}`
  mkdirSync(made, { recursive: true })
  try {
    await viteBuild({
      configFile: join(SOURCES, 'vite.config.ts'),
      build: { outDir: made },
      logLevel: 'warn',
    })
    reportSizes(made, ifStale)
    writeFileSync(join(made, 'sources.sha256'), wanted)
    rmSync(TARGET, { recursive: true, force: true })
    renameSync(made, TARGET)
  } finally {
    rmSync(made, { recursive: true, force: true })
  }
}

const ifStale = process.argv.includes('--if-stale')
const wanted = stamp()
if (!ifStale || !isFresh(wanted)) {
  if (ifStale) console.log('Building the admin UI (once, until its sources change) …')
  try {
    await build(wanted)
  } catch (error) {
    console.error(`The admin UI was not built: ${messageOf(error)}`)
    if (!ifStale) process.exitCode = 1
  }
}
