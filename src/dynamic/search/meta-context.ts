import type { Caller } from '../../access/caller.ts'
import type { Codes } from '../../access/guards/codes/codes.ts'
import type { Search } from '../../selection/search/port.ts'
import type { RunContext } from '../../sources/run.ts'
import type { JsonObject } from '../../store/ports.ts'
import type { InvokeContext } from '../invoke.ts'
import type { View } from '../view.ts'
import type { FoundThenCalled } from './found-then-called.ts'
import { shownTools } from './shown-tools.ts'

export interface SearchContext extends InvokeContext {
  readonly search: Search
  readonly codes: Codes
  readonly foundThenCalled: FoundThenCalled
  /** The REST body of a source; undefined for entries posted by hand. */
  readonly describeSource: (id: string) => SourceCard | undefined
}

/** What there is to say of a source. */
export interface SourceCard {
  readonly description: string | null
  readonly transport: { readonly type: string; readonly url?: string; readonly command?: string }
}

/** One call of a meta-tool. */
export interface MetaCall {
  readonly context: SearchContext
  readonly server: string
  readonly caller: Caller
  readonly view: View
  /** They fit the input schema of the meta-tool. */
  readonly args: JsonObject
  readonly run: RunContext
}

/** A result that models read as text and programs as data. */
export function answer(structuredContent: JsonObject): JsonObject {
  return {
    content: [{ type: 'text', text: JSON.stringify(structuredContent) }],
    structuredContent,
  }
}

/** Whether `tools/list` shows a name: the client's permissions for it must keep their meaning. */
export function isListed(view: View, name: string): boolean {
  const { metaTools, list } = shownTools(view)
  return list.find(name) !== undefined || metaTools.some((meta) => meta.name === name)
}
