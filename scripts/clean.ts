import { rmSync } from 'node:fs'
import { join } from 'node:path'

/** What an earlier build left behind must not be packed. */
rmSync(join(import.meta.dirname, '../dist'), { recursive: true, force: true })
