import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'

const ROOT = join(import.meta.dirname, '..')

/** A row of the table: what the folder is, and what it may import. */
const ROW = /^\| `(\w+)` \| [^|]+ \|((?: `\w+`,?)*) \|$/gm

/**
 * Which folders each folder of src may import from, besides itself and what npm installed: the
 * table of docs/reference/architecture.md. `store` means its ports: only main.ts, the composition
 * root, may name a dialect.
 */
const MAY_IMPORT: ReadonlyMap<string, readonly string[]> = new Map(
  [...readFileSync(join(ROOT, 'docs/reference/architecture.md'), 'utf8').matchAll(ROW)].map(
    ([, folder, others]) => [folder!, [...others!.matchAll(/\w+/g)].map(([name]) => name)],
  ),
)

/** Files directly in src: the composition root, and what everybody may use. */
const ROOT_FILES = ['main.ts', 'version.ts']

const MAX_LINES = 400

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}

/** Folders that may use others' types and nothing that runs: they are built for a browser. */
const TYPES_ONLY = ['admin']

function importsOf(file: string, besidesTypes = false): string[] {
  const all = readFileSync(file, 'utf8')
  const text = besidesTypes ? all.replaceAll(/import type [^']*'[^']+'/g, '') : all
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) =>
    resolve(dirname(file), match[1]!),
  )
}

/** Everything in a source tree that breaks the table. */
function violations(src: string): string[] {
  const found: string[] = []
  for (const entry of readdirSync(src, { withFileTypes: true })) {
    const known = entry.isDirectory() ? MAY_IMPORT.has(entry.name) : ROOT_FILES.includes(entry.name)
    if (!known) found.push(`${entry.name} has no row in the table`)
  }
  for (const file of filesBelow(src)) {
    const path = relative(src, file)
    const folder = path.includes('/') ? path.split('/')[0]! : 'main'
    const lines = readFileSync(file, 'utf8').split('\n').length - 1
    if (lines > MAX_LINES) found.push(`${path} has ${lines} lines`)
    for (const target of TYPES_ONLY.includes(folder) ? importsOf(file, true) : []) {
      const outside = relative(join(src, folder), target).startsWith('..')
      if (outside) found.push(`${path} imports more than types: ${relative(src, target)}`)
    }
    for (const target of importsOf(file)) {
      const imported = relative(src, target)
      const other = imported.includes('/') ? imported.split('/')[0]! : imported.replace('.ts', '')
      if (folder === 'main' || other === folder || other === 'version') continue
      if (imported.startsWith('store/sqlite')) found.push(`${path} imports a dialect: ${imported}`)
      if (!MAY_IMPORT.get(folder)?.includes(other)) found.push(`${path} imports ${imported}`)
    }
  }
  return found
}

/** Files that import each other in a circle, types included. */
function cycles(src: string): string[] {
  const graph = new Map(filesBelow(src).map((file) => [file, importsOf(file)]))
  const state = new Map<string, 'open' | 'done'>()
  const found: string[] = []
  const visit = (file: string, trail: readonly string[]): void => {
    if (state.get(file) === 'done') return
    if (state.get(file) === 'open') {
      found.push(
        [...trail.slice(trail.indexOf(file)), file].map((f) => relative(src, f)).join(' -> '),
      )
      return
    }
    state.set(file, 'open')
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file])
    state.set(file, 'done')
  }
  for (const file of graph.keys()) visit(file, [])
  return found
}

function plant(files: Readonly<Record<string, string>>): string {
  const src = mkdtempSync(join(tmpdir(), 'facet-architecture-'))
  onTestFinished(() => rmSync(src, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(src, path)), { recursive: true })
    writeFileSync(join(src, path), text)
  }
  return src
}

const src = join(ROOT, 'src')

describe('the architecture', () => {
  it('has every folder import only what its row allows', () => {
    expect(violations(src)).toEqual([])
  })

  it('has a folder, or main.ts, for every name in the table, and names nothing twice', () => {
    const folders = readdirSync(src, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    expect([...MAY_IMPORT.keys()].sort()).toEqual(folders.map(({ name }) => name).sort())
    for (const [folder, others] of MAY_IMPORT) {
      expect([folder, others]).toEqual([folder, [...new Set(others)]])
      for (const other of others) expect([...MAY_IMPORT.keys(), 'main']).toContain(other)
    }
  })

  it('has no import cycles', () => {
    expect(cycles(src)).toEqual([])
  })

  it('fails on an import from right to left', () => {
    const planted = plant({
      'rules/filter.ts': "import { x } from '../catalog/catalog.ts'\n",
      'catalog/catalog.ts': 'export const x = 1\n',
    })
    expect(violations(planted)).toEqual(['rules/filter.ts imports catalog/catalog.ts'])
  })

  it('fails on a dialect imported by anybody but the composition root', () => {
    const planted = plant({
      'main.ts': "import { x } from './store/sqlite/store.ts'\n",
      'dynamic/a.ts': "import { x } from '../store/sqlite/store.ts'\n",
      'store/sqlite/store.ts': 'export const x = 1\n',
    })
    expect(violations(planted)).toEqual(['dynamic/a.ts imports a dialect: store/sqlite/store.ts'])
  })

  it('fails on more than types taken from the service by the admin UI', () => {
    const planted = plant({
      'admin/a.ts': "import type { App } from '../http/app.ts'\nimport { b } from './b.ts'\n",
      'admin/b.ts': "import { createApp } from '../http/app.ts'\n",
      'http/app.ts': 'export const createApp = 1\n',
    })
    expect(violations(planted)).toEqual(['admin/b.ts imports more than types: http/app.ts'])
  })

  it('fails on a folder without a row', () => {
    const planted = plant({ 'helpers/strings.ts': 'export const x = 1\n' })
    expect(violations(planted)).toEqual(['helpers has no row in the table'])
  })

  it('fails on a cycle', () => {
    const planted = plant({
      'rules/a.ts': "import './b.ts'\n",
      'rules/b.ts': "import './a.ts'\n",
    })
    expect(cycles(planted)).toEqual(['rules/a.ts -> rules/b.ts -> rules/a.ts'])
  })
})
