import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs'

/** Where a running service can be reached, for commands on the same machine. */
export interface ServiceFile {
  readonly url: string
  /** Proves that a command can read what only the owner of the database can. */
  readonly token: string
  readonly pid: number
}

function pathOf(database: string): string {
  return `${database}.service.json`
}

/** Leaves the address and the operator's token beside the database, readable by its owner only. */
export function writeServiceFile(database: string, service: ServiceFile): () => void {
  if (database === ':memory:') return () => undefined
  const path = pathOf(database)
  writeFileSync(path, `${JSON.stringify(service)}\n`, { mode: 0o600 })
  // The mode above counts only when the file is new.
  chmodSync(path, 0o600)
  return () => rmSync(path, { force: true })
}

export function readServiceFile(database: string): ServiceFile | undefined {
  try {
    return JSON.parse(readFileSync(pathOf(database), 'utf8')) as ServiceFile
  } catch {
    return undefined
  }
}
