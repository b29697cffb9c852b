import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import { StreamLanguage } from '@codemirror/language'
import type { EntryType, Vocabulary } from '../api/types.ts'

export interface Words {
  readonly vocabulary: Vocabulary | undefined
  readonly tags: readonly string[]
  readonly sources: readonly string[]
  /** What the filter reads: entries of a type, of any type, or none. */
  readonly type: EntryType | 'any' | 'none'
  /** Whether it may look at the caller. */
  readonly withCaller?: boolean
}

const CALLER = ['id', 'kind', 'roles', 'groups', 'attributes'].map((name) => ({
  label: `caller.${name}`,
  type: 'property',
  detail: 'caller',
}))

/** Colours of a filter; both languages are made of the same kinds of words. */
export const filterLanguage = StreamLanguage.define({
  name: 'filter',
  token(stream) {
    if (stream.match(/^'(?:[^'\\]|\\.)*'?/) || stream.match(/^"(?:[^"\\]|\\.)*"?/)) return 'string'
    if (stream.match(/^\d+(?:\.\d+)?/)) return 'number'
    if (stream.match(/^(?:true|false|null)\b/)) return 'bool'
    if (stream.match(/^(?:in|contains)\b/)) return 'keyword'
    if (stream.match(/^[a-zA-Z_]\w*(?=\()/)) return 'function'
    if (stream.match(/^[$@]/)) return 'keyword'
    if (stream.match(/^[a-zA-Z_]\w*/)) return 'variableName'
    if (stream.match(/^[!=<>&|~?:]+/)) return 'operator'
    stream.next()
    return null
  },
})

/** Within a text: tags and sources. Elsewhere: fields the entry type has, functions, operators. */
export function completions(words: () => Words) {
  return (context: CompletionContext): CompletionResult | null => {
    const { vocabulary, tags, sources, type, withCaller } = words()
    const text = context.matchBefore(/'[^']*/)
    const before = context.state.sliceDoc(0, context.pos)
    if (text && (before.split("'").length - 1) % 2 === 1) {
      const options = [
        ...tags.map((label) => ({ label, type: 'constant', detail: 'tag' })),
        ...sources.map((label) => ({ label, type: 'namespace', detail: 'source' })),
      ]
      return { from: text.from + 1, options, validFor: /^[^']*$/ }
    }
    const word = context.matchBefore(/[\w.]+/)
    if (!vocabulary || (!word && !context.explicit)) return null
    const fields = vocabulary.fields
      .filter(({ of }) => type === 'any' || of.includes(type as EntryType))
      .map(({ name, type: detail }) => ({ label: name, type: 'property', detail }))
    const functions = vocabulary.functions.map(({ name, parameters, example }) => ({
      label: name,
      type: 'function',
      detail: `(${parameters.join(', ')})`,
      info: `for example ${example}`,
      apply: `${name}(`,
    }))
    const operators = ['in', 'contains'].map((label) => ({ label, type: 'keyword' }))
    return {
      from: word?.from ?? context.pos,
      options: [...(withCaller ? CALLER : []), ...fields, ...functions, ...operators],
      validFor: /^[\w.]*$/,
    }
  }
}
