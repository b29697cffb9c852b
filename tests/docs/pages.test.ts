import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type SettingKey, settingsSchema, variableOf } from '../../src/config/settings.ts'
import { createMetrics } from '../../src/observability/metrics.ts'
import { ROOT } from '../support/docs.ts'

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

/** Every page: those at the root, and all below docs. */
const PAGES = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
]

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '')
}

/** The anchors of a page, as GitHub makes them from its headings. */
function anchorsOf(page: string): string[] {
  const headings = read(page)
    .replace(/^```[\s\S]*?^```/gm, '')
    .matchAll(/^#+ (.+)$/gm)
  return [...headings].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  )
}

/** What each page has, with the page, so that a failure says where to look. */
function onEveryPage<T>(find: (text: string) => Iterable<T>): [page: string, found: T][] {
  return PAGES.flatMap((page) => [...find(read(page))].map((found): [string, T] => [page, found]))
}

describe('the pages', () => {
  it('link only to what is there', () => {
    const links = onEveryPage((text) =>
      withoutCode(text).matchAll(/\]\((?!https?:|mailto:)([^)\s#]*)(?:#([^)\s]+))?\)/g),
    )
    const broken = links.flatMap(([page, [, path, anchor]]) => {
      const target = path ? join(dirname(page), path) : page
      if (!existsSync(join(ROOT, target))) return [`${page}: ${path}`]
      return anchor && !anchorsOf(target).includes(anchor) ? [`${page}: ${path}#${anchor}`] : []
    })
    expect(links.length).toBeGreaterThan(20)
    expect(broken).toEqual([])
  })

  it('name only files of this project that exist', () => {
    const paths = onEveryPage((text) =>
      text.matchAll(/`((?:src|tests|docs|migrations|grafana|bin)\/[\w./-]+)`/g),
    )
    const missing = paths.filter(([, [, path]]) => !existsSync(join(ROOT, path!)))
    expect(paths.length).toBeGreaterThan(20)
    expect(missing.map(([page, [path]]) => `${page}: ${path}`)).toEqual([])
  })

  it('name only variables and metrics there are', async () => {
    const metrics = await createMetrics().registry.getMetricsAsJSON()
    const parts = ['', '_bucket', '_count', '_sum']
    const known = new Set([
      ...variables(),
      ...metrics.flatMap(({ name }) => parts.map((part) => name + part)),
      // The two families that metrics.md names by their beginning.
      'facet_process_',
      'facet_nodejs_',
    ])
    const names = onEveryPage((text) => text.matchAll(/\bFACET_[A-Z_]+|\bfacet_[a-z0-9_]+/g))
    const unknown = names.filter(([, [name]]) => !known.has(name))
    expect(unknown.map(([page, [name]]) => `${page}: ${name}`)).toEqual([])
  })
})

function variables(): string[] {
  const settings = Object.keys(settingsSchema.shape).map((key) => variableOf(key as SettingKey))
  return ['FACET_CONFIG', 'FACET_SERVER', ...settings.flatMap((name) => [name, `${name}_FILE`])]
}

describe('docs/reference/architecture.md', () => {
  it('draws only files and folders of src that exist', () => {
    const drawn = [...read('docs/reference/architecture.md').matchAll(/^```\n([\s\S]*?)^```/gm)]
    const paths = drawn.flatMap(
      ([, body]) => body!.match(/\b[a-z]+\/[\w/-]*(?:\.ts|\/)(?!\w)/g) ?? [],
    )
    expect(paths.length).toBeGreaterThan(15)
    for (const path of paths)
      expect([path, existsSync(join(ROOT, 'src', path))]).toEqual([path, true])
  })
})

describe('docs/adr/README.md', () => {
  it('lists every record by its number and title, in order', () => {
    const rows = [...read('docs/adr/README.md').matchAll(/^\| (\d+) \| \[(.+)\]\((.+)\) \|$/gm)]
    const records = readdirSync(join(ROOT, 'docs/adr')).filter((name) => /^\d{4}-/.test(name))
    expect(rows.map((row) => row[3])).toEqual(records.sort())
    for (const [, number, title, file] of rows) {
      expect(read(`docs/adr/${file}`).split('\n')[0]).toBe(`# ${number}. ${title}`)
      expect(file!.startsWith(number!.padStart(4, '0'))).toBe(true)
    }
  })
})

describe('the Dockerfile', () => {
  const lines = read('Dockerfile').split('\n')
  const allowed = read('.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'))

  it('copies what exists and what .dockerignore lets through, and nothing else gets through', () => {
    const copied = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from'))
      .flatMap((line) => line.split(' ').slice(1, -1))
    for (const path of copied) expect([path, existsSync(join(ROOT, path))]).toEqual([path, true])
    expect([...new Set(copied)].sort()).toEqual(allowed.map((line) => line.slice(1)).sort())
  })

  it('sets settings there are, and opens the port it sets', () => {
    const set = new Map(
      [...lines.join('\n').matchAll(/\b(FACET_\w+)=(\S+)/g)].map(([, name, value]) => [
        name!,
        value!,
      ]),
    )
    for (const name of set.keys()) expect(variables()).toContain(name)
    expect(lines).toContain(`EXPOSE ${set.get('FACET_PORT')}`)
    expect(lines).toContain(`VOLUME ${dirname(set.get('FACET_DATABASE')!)}`)
  })
})
