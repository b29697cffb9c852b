import { List } from '../list.ts'
import type { View } from '../view.ts'

const known = new WeakMap<View, WeakMap<ReadonlySet<string>, View>>()

/** A view whose lists leave out what its caller hid; all of it stays callable. Made once for each. */
export function withoutHidden(view: View, hidden: ReadonlySet<string>): View {
  let ofView = known.get(view)
  if (!ofView) {
    ofView = new WeakMap()
    known.set(view, ofView)
  }
  let made = ofView.get(hidden)
  if (!made) {
    made = hide(view, hidden)
    ofView.set(hidden, made)
  }
  return made
}

function hide(view: View, hidden: ReadonlySet<string>): View {
  const listed = new Map(
    [...view.listed].map(([type, list]) => {
      const shown = list.entries.filter(({ record }) => !hidden.has(record.id))
      return [type, shown.length === list.length ? list : new List(shown, list.naming)]
    }),
  )
  return { ...view, listed }
}
