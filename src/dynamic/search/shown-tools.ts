import type { JsonObject } from '../../store/ports.ts'
import { GATE_TOOLS } from '../guards/gate-tools.ts'
import { List } from '../list.ts'
import type { View } from '../view.ts'
import { metaToolsOf } from './meta-tools.ts'

/** What `tools/list` shows of a view. */
export interface ShownTools {
  /** The server's own tools, before all others. */
  readonly metaTools: readonly JsonObject[]
  /** Members that are listed: all of them, or with exposure `search` those that are pinned. */
  readonly list: List
  /** Equal when no client sees a difference, within this process. */
  readonly digest: string
}

const known = new WeakMap<View, ShownTools>()

/** What `tools/list` shows of a view; made once for each view. */
export function shownTools(view: View): ShownTools {
  let shown = known.get(view)
  if (!shown) {
    shown = show(view)
    known.set(view, shown)
  }
  return shown
}

function show(view: View): ShownTools {
  const shown = showMembers(view)
  if (!view.gates) return shown
  const { metaTools, list, digest } = shown
  return { metaTools: [...metaTools, ...GATE_TOOLS], list, digest: `gates:${digest}` }
}

function showMembers({ lists, listed, definition }: View): ShownTools {
  const all = listed.get('tool')!
  if (definition.exposure === 'direct') return { metaTools: [], list: all, digest: all.digest }
  const pinned = new Set(definition.pinned.map((name) => lists.get('tool')!.find(name)?.entry))
  const entries = all.entries.filter((entry) => pinned.has(entry))
  const list = new List(entries, all.naming)
  const aliases = definition.search_aliases.join()
  return {
    metaTools: metaToolsOf(definition),
    list,
    digest: `search:${aliases}:${list.digest}`,
  }
}
