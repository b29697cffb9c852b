/** Changes a document in place. Made to be tried on a copy. */
export type Edit = (document: object) => void

export type Path = readonly (string | number)[]

/** A copy of a document with edits made; the document itself is never touched. */
export function edited(document: object, edits: readonly Edit[]): object {
  const copy = structuredClone(document)
  for (const edit of edits) edit(copy)
  return copy
}

/** Sets what a path leads to, making the objects on the way; does nothing below lists. */
export function set(path: Path, value: unknown): Edit {
  return (document) => {
    const holder = holderOf(document, path)
    if (holder) define(holder, path.at(-1)!, value)
  }
}

/** Adds values to a list that a path leads to, making the list when there is none. */
export function add(path: Path, values: readonly unknown[]): Edit {
  return (document) => {
    const holder = holderOf(document, path)
    if (!holder) return
    const list = own(holder, path.at(-1)!)
    define(holder, path.at(-1)!, [...(Array.isArray(list) ? list : []), ...values])
  }
}

/** Takes values out of a list that a path leads to. */
export function remove(path: Path, values: readonly unknown[]): Edit {
  return (document) => {
    const holder = holderOf(document, path)
    const list = holder && own(holder, path.at(-1)!)
    if (!holder || !Array.isArray(list)) return
    const left = list.filter((element) => !values.includes(element))
    define(holder, path.at(-1)!, left)
  }
}

function holderOf(document: object, path: Path): object | undefined {
  let holder = document
  for (const key of path.slice(0, -1)) {
    let next = own(holder, key)
    if (next === undefined || next === null) {
      if (Array.isArray(holder)) return undefined
      next = {}
      define(holder, key, next)
    }
    if (typeof next !== 'object' || next === null) return undefined
    holder = next
  }
  return Array.isArray(holder) ? undefined : holder
}

/** Own members only: the names in a path are whatever somebody wrote in a filter. */
function own(holder: object, key: string | number): unknown {
  return Object.hasOwn(holder, key) ? holder[key as keyof typeof holder] : undefined
}

function define(holder: object, key: string | number, value: unknown): void {
  const writable = { value, enumerable: true, configurable: true, writable: true }
  Object.defineProperty(holder, key, writable)
}
