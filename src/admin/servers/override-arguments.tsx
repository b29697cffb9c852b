import { useState } from 'react'
import { JsonInput, parseJson } from '../parts/json-input.tsx'
import type { DraftOverride } from './draft.ts'

const EXAMPLE = '{ "repo": { "fixed": "acme/x" }, "assignee": { "hidden": true } }'

interface Props {
  readonly override: DraftOverride
  readonly onChange: (override: DraftOverride) => void
}

/** Arguments that have one value, or that nobody may send. */
export function OverrideArguments({ override, onChange }: Props) {
  const { arguments: given, ...rest } = override
  const [text, setText] = useState(given === undefined ? '' : JSON.stringify(given, null, 2))
  const change = (next: string) => {
    setText(next)
    try {
      const value = parseJson(next) as NonNullable<DraftOverride['arguments']>
      onChange(Object.keys(value).length === 0 ? rest : { ...rest, arguments: value })
    } catch {
      // What is no JSON yet is told under the field, and changes nothing until it is.
    }
  }
  return (
    <JsonInput
      label="Arguments"
      description={`Fixed or hidden, by name: ${EXAMPLE}. No place for secrets.`}
      value={text}
      onChange={change}
    />
  )
}
