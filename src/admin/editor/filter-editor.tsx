import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  completionKeymap,
  completionStatus,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { setDiagnostics } from '@codemirror/lint'
import { EditorState } from '@codemirror/state'
import { EditorView, keymap, placeholder } from '@codemirror/view'
import { tags as t } from '@lezer/highlight'
import { useEffect, useRef } from 'react'
import { nonce } from '../shell/nonce.ts'
import { completions, filterLanguage, type Words } from './words.ts'

export interface Mistake {
  readonly message: string
  readonly position: number
}

interface Props {
  readonly label: string
  /** What stands there while nothing is written. */
  readonly example: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly mistake: Mistake | undefined
  readonly words: Words
}

const colours = HighlightStyle.define([
  { tag: t.string, color: 'light-dark(#0b6e4f, #63e6be)' },
  { tag: t.number, color: 'light-dark(#8a4b00, #ffc078)' },
  { tag: t.bool, color: 'light-dark(#8a4b00, #ffc078)' },
  { tag: t.keyword, color: 'light-dark(#862e9c, #e599f7)' },
  { tag: t.operator, color: 'light-dark(#862e9c, #e599f7)' },
  { tag: t.function(t.variableName), color: 'light-dark(#364fc7, #91a7ff)' },
])

const look = EditorView.theme({
  '&': {
    fontSize: '13px',
    border: '1px solid var(--mantine-color-default-border)',
    borderRadius: 'var(--mantine-radius-md)',
    backgroundColor: 'var(--mantine-color-body)',
    color: 'var(--mantine-color-text)',
  },
  '&.cm-focused': { outline: '2px solid var(--mantine-color-anchor)' },
  '.cm-content': { fontFamily: 'var(--mantine-font-family-monospace)', caretColor: 'currentColor' },
  // Browsers write the colour of replaced text on the line itself, where no scheme could change it.
  '.cm-line': { color: 'inherit !important' },
  '.cm-cursor': { borderLeftColor: 'currentColor' },
  '.cm-placeholder': { color: 'var(--mantine-color-placeholder)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--mantine-color-body)',
    color: 'var(--mantine-color-text)',
    border: '1px solid var(--mantine-color-default-border)',
    borderRadius: 'var(--mantine-radius-md)',
    overflow: 'hidden',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '4px 10px', lineHeight: '20px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--mantine-color-indigo-light)',
    color: 'var(--mantine-color-text)',
  },
})

/** The filter as text: coloured, completed, and with its mistake under the wrong character. */
export function FilterEditor({ label, example, value, onChange, mistake, words }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(undefined)
  const latest = useRef({ onChange, words })
  latest.current = { onChange, words }

  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is made once; what changes is handed in below
  useEffect(() => {
    const editor = new EditorView({
      parent: box.current!,
      state: EditorState.create({
        doc: value,
        extensions: [
          EditorView.cspNonce.of(nonce),
          EditorView.contentAttributes.of((editor) => ({
            'aria-label': label,
            'aria-description': 'Tab takes the proposed word; Escape and then Tab leaves.',
            // Escape closes the list of words first, and only then the dialog around it.
            'data-mantine-stop-propagation': String(completionStatus(editor.state) !== null),
          })),
          EditorView.lineWrapping,
          history(),
          closeBrackets(),
          keymap.of([
            { key: 'Tab', run: acceptCompletion },
            ...completionKeymap,
            ...defaultKeymap,
            ...historyKeymap,
          ]),
          filterLanguage,
          syntaxHighlighting(colours),
          autocompletion({ icons: false, override: [completions(() => latest.current.words)] }),
          placeholder(example),
          look,
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString())
          }),
        ],
      }),
    })
    view.current = editor
    return () => editor.destroy()
  }, [])

  useEffect(() => {
    const editor = view.current
    if (!editor || editor.state.doc.toString() === value) return
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } })
  }, [value])

  useEffect(() => {
    const editor = view.current
    if (!editor) return
    const from = Math.min(mistake?.position ?? 0, editor.state.doc.length)
    const to = Math.min(from + 1, editor.state.doc.length)
    const found = mistake
      ? [{ from, to, severity: 'error', message: mistake.message } as const]
      : []
    editor.dispatch(setDiagnostics(editor.state, found))
  }, [mistake])

  return <div ref={box} />
}
