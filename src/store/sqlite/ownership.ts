import Database from 'better-sqlite3'

/** Keeps the claims from being collected: a closed connection would give the file up. */
const held: Database.Database[] = []

/**
 * Makes this process the only owner of a database file, until it ends however it ends.
 *
 * The claim is an exclusive transaction on a file beside the database: the operating system drops
 * it with the process, so nothing is left behind by a crash, and the database itself stays
 * readable to backup tools.
 *
 * @throws {Error} that says who holds the file, when another process does.
 */
export function takeOwnership(path: string): void {
  const claim = new Database(`${path}.lock`, { timeout: 0 })
  try {
    claim.exec('begin exclusive')
  } catch (error) {
    claim.close()
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'SQLITE_BUSY') throw error
    throw new Error(`${path} is in use by ${holderOf(path)}; one process owns a database file`)
  }
  held.push(claim)
}

/** What the owner wrote into the database about itself. */
function holderOf(path: string): string {
  try {
    const sqlite = new Database(path, { readonly: true, fileMustExist: true })
    const row = sqlite.prepare('select pid, started_at from owner').get() as
      | { pid: number; started_at: string }
      | undefined
    sqlite.close()
    if (row) return `process ${row.pid}, which took it at ${row.started_at}`
  } catch {
    // The owner may not have written its row yet; the claim alone says that it exists.
  }
  return 'another process'
}
