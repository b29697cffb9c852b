import { Autocomplete, Group, NumberInput, Select, TagsInput } from '@mantine/core'
import type { DraftRule } from './draft.ts'

interface Props {
  readonly rule: DraftRule
  readonly onChange: (rule: DraftRule) => void
}

const LANGUAGES = [
  { value: '', label: 'told by a leading $' },
  { value: 'expression', label: 'expression' },
  { value: 'jsonpath', label: 'JSONPath' },
]

/** The same rule with a field, or without it where it says nothing. */
function withField(rule: DraftRule, field: string, value: unknown): DraftRule {
  const { [field]: _, ...rest } = rule
  const isNothing = value === '' || (Array.isArray(value) && value.length === 0)
  return (isNothing ? rest : { ...rest, [field]: value }) as DraftRule
}

const listIn = (rule: DraftRule, field: string) => [...((rule[field] as string[]) ?? [])]

/** What a rule can say besides what it is about; most say nothing of it. */
export function RuleMore({ rule, onChange }: Props) {
  const set = (field: string) => (value: unknown) => onChange(withField(rule, field, value))
  if (rule.mode === 'rule') {
    return (
      <Select
        label="Language"
        size="xs"
        w={190}
        allowDeselect={false}
        data={LANGUAGES}
        value={String(rule.language ?? '')}
        onChange={set('language')}
      />
    )
  }
  if (rule.mode === 'semantic') {
    return (
      <NumberInput
        label="How many entries"
        w={160}
        min={1}
        max={1_000}
        allowDecimal={false}
        value={Number(rule.k ?? 20)}
        onChange={(value) => typeof value === 'number' && set('k')(value)}
      />
    )
  }
  return (
    <>
      <Group grow align="flex-start">
        <TagsInput
          label="Always in"
          description="Names that outrank the model."
          value={listIn(rule, 'always')}
          onChange={set('always')}
        />
        <TagsInput
          label="Never in"
          description="Names that outrank the model."
          value={listIn(rule, 'never')}
          onChange={set('never')}
        />
      </Group>
      <Autocomplete
        label="Model"
        description="Id of a model of the configuration, or its kind; else the first one."
        data={['openai', 'anthropic', 'local']}
        value={String(rule.llm_provider ?? '')}
        onChange={set('llm_provider')}
      />
    </>
  )
}
