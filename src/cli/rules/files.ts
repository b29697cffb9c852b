import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type FileServer, isRulesFile, readRulesFile } from '../../dynamic/rules-directory.ts'
import { type ErrorItem, FacetError } from '../../errors/facet-error.ts'

/** Rules files as they were read: the servers of good ones, and what is wrong with the others. */
export interface RulesFiles {
  readonly count: number
  readonly servers: readonly FileServer[]
  readonly errors: readonly ErrorItem[]
}

/** Reads files, and of directories all rules files. @throws {Error} for a path that leads nowhere. */
export function readRules(paths: readonly string[]): RulesFiles {
  const files = paths.flatMap(filesOf)
  const servers: FileServer[] = []
  const errors: ErrorItem[] = []
  const owner = new Map<string, string>()
  for (const file of files) {
    try {
      const server = readRulesFile(file, basename(file))
      const other = owner.get(server.id)
      if (other !== undefined) {
        errors.push({ path: file, message: `${other} has the id ${server.id} already.` })
      }
      owner.set(server.id, file)
      servers.push(server)
    } catch (error) {
      if (!(error instanceof FacetError)) throw error
      errors.push(...error.errors)
    }
  }
  return { count: files.length, servers, errors }
}

function filesOf(path: string): string[] {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) throw new Error(`${path} does not exist.`)
  if (!stats.isDirectory()) return [path]
  return readdirSync(path)
    .filter(isRulesFile)
    .sort()
    .map((name) => join(path, name))
}
