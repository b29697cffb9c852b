import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import type { Server } from '../api/types.ts'
import { formOf, type ServerForm, textOf } from './form.ts'

interface Draft {
  /** The version it was begun with, which is sent along when it is saved. */
  readonly base: Server | undefined
  readonly form: ServerForm
}

/** Under this name the draft of a server that is not there yet. */
const NEW = ''

/** What has been written and not saved, by server. It lives as long as the page and no longer. */
const drafts = new Map<string, Draft>()
const listeners = new Set<() => void>()

function put(id: string, draft: Draft | undefined): void {
  if (draft) drafts.set(id, draft)
  else drafts.delete(id)
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const isTouched = ({ base, form }: Draft) => textOf(form) !== textOf(formOf(base))

/** Ids of servers with something unsaved; of a new one it is empty. */
export function useUnsaved(): readonly string[] {
  const text = useSyncExternalStore(subscribe, () =>
    JSON.stringify([...drafts].filter(([, draft]) => isTouched(draft)).map(([id]) => id)),
  )
  return JSON.parse(text)
}

/**
 * What is being written about a server. It outlasts every page of the UI that is looked at in
 * between, and follows what the service has until somebody writes something.
 */
export function useDraft(latest: Server | undefined) {
  const id = latest?.id ?? NEW
  const [begun] = useState<Draft>(() => ({ base: latest, form: formOf(latest) }))
  const stored = useSyncExternalStore(subscribe, () => drafts.get(id))
  const draft = stored ?? begun
  const touched = isTouched(draft)
  const isBehind = latest !== undefined && latest.version !== draft.base?.version
  const reload = useCallback(() => put(id, { base: latest, form: formOf(latest) }), [id, latest])
  useEffect(() => {
    if (isBehind && !touched) reload()
  }, [isBehind, touched, reload])
  return {
    ...draft,
    isTouched: touched,
    isBehind: isBehind && touched,
    change: (changes: Partial<ServerForm>) =>
      put(id, { base: draft.base, form: { ...(drafts.get(id) ?? draft).form, ...changes } }),
    /** Gives up what was written. */
    reload,
    /** What was sent has been saved. What was written while it was under way stays unsaved. */
    settle: (saved: Server, sent: ServerForm) => {
      const written = drafts.get(id)?.form ?? sent
      put(id, undefined)
      const form = written === sent ? formOf(saved) : { ...written, id: '' }
      put(saved.id, { base: saved, form })
    },
  }
}
