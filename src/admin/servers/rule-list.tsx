import { Button } from '@mantine/core'
import type { ProblemItem } from '../api/problem.ts'
import type { Preview } from '../api/types.ts'
import { announce } from '../parts/announce.tsx'
import { Icon } from '../shell/icons.tsx'
import { type DraftRule, newRule } from './draft.ts'
import { RuleCard } from './rule-card.tsx'

interface Props {
  readonly rules: readonly DraftRule[]
  readonly preview: Preview | undefined
  readonly errors: readonly ProblemItem[]
  readonly onChange: (rules: readonly DraftRule[]) => void
}

/** The rules as cards, each with what it matches and what is wrong with it. */
export function RuleList({ rules, preview, errors, onChange }: Props) {
  const replace = (index: number, rule: DraftRule) =>
    onChange(rules.map((each, i) => (i === index ? rule : each)))
  const move = (index: number, by: number) => {
    const next = [...rules]
    const [moved] = next.splice(index, 1)
    next.splice(index + by, 0, moved!)
    onChange(next)
    announce(`It is rule ${index + by + 1} now.`)
  }
  return (
    <>
      {rules.map((rule, index) => (
        <RuleCard
          key={rule.key}
          rule={rule}
          index={index}
          count={rules.length}
          report={preview?.rules.find((each) => each.index === index)}
          errors={errors.filter(({ path }) => path.includes(`rules[${index}]`))}
          onChange={(next) => replace(index, next)}
          onMove={(by) => move(index, by)}
          onRemove={() => onChange(rules.filter((_, i) => i !== index))}
        />
      ))}
      <Button
        variant="default"
        leftSection={<Icon name="plus" size={16} />}
        onClick={() => onChange([...rules, newRule()])}
      >
        Add a rule
      </Button>
    </>
  )
}
