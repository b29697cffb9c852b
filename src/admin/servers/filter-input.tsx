import { Button, SegmentedControl, Stack } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { ProblemItem } from '../api/problem.ts'
import { FilterEditor } from '../editor/filter-editor.tsx'
import { useWords } from '../editor/use-words.ts'
import { conditionsOf, filterOf } from './condition.ts'
import { Conditions } from './conditions.tsx'
import type { DraftRule } from './draft.ts'

interface Props {
  readonly rule: DraftRule
  readonly errors: readonly ProblemItem[]
  readonly onChange: (rule: DraftRule) => void
}

/** A filter by conditions to choose from, or as text; the one writes the other. */
export function FilterInput({ rule, errors, onChange }: Props) {
  const filter = rule.filter ?? ''
  const conditions = conditionsOf(filter)
  const [isText, setText] = useState(conditions === undefined)
  const words = useWords(rule.type)
  const wrong = errors.find(({ position }) => position !== undefined)
  const mistake = useMemo(
    () => wrong && { message: wrong.message, position: wrong.position! },
    [wrong],
  )
  const change = (text: string) => onChange({ ...rule, filter: text })
  return (
    <Stack gap="xs">
      <SegmentedControl
        size="xs"
        aria-label="How the filter is written"
        value={isText ? 'text' : 'conditions'}
        onChange={(value) => setText(value === 'text')}
        data={[
          { value: 'conditions', label: 'Conditions' },
          { value: 'text', label: 'Filter' },
        ]}
        style={{ alignSelf: 'flex-start' }}
      />
      {isText ? (
        <FilterEditor
          label="Filter"
          example="'finance' in tags && !deprecated"
          value={filter}
          onChange={change}
          mistake={mistake}
          words={words}
        />
      ) : conditions ? (
        <Conditions
          conditions={conditions}
          tags={words.tags}
          sources={words.sources}
          onChange={(next) => change(filterOf(next))}
        />
      ) : (
        <Button variant="default" onClick={() => change('true')}>
          This filter says more than conditions can. Start over with conditions.
        </Button>
      )}
    </Stack>
  )
}
