import type { Entry } from '../../catalog/entry.ts'
import type { Json, JsonObject } from '../../store/ports.ts'
import { overriddenBy } from './overrides.ts'

/** A call as it goes to the source. */
export interface OwnCall {
  /** The entry as its source has it. */
  readonly entry: Entry
  readonly args: JsonObject
  /** What a caller sent and may not send. */
  readonly refused: readonly string[]
}

/** Turns a call of what a server shows back into one of the entry itself. */
export function ownCall(shown: Entry, args: JsonObject): OwnCall {
  const found = overriddenBy(shown)
  if (!found) return { entry: shown, args, refused: [] }
  const { original, by } = found
  const sent: JsonObject = { ...args }
  const refused: string[] = []
  for (const [name, { fixed }] of Object.entries(by.override.arguments ?? {})) {
    if (fixed !== undefined) sent[name] = fixed as Json
    else if (Object.hasOwn(args, name)) refused.push(name)
  }
  return { entry: original, args: sent, refused }
}
