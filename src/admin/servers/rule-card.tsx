import {
  ActionIcon,
  Badge,
  Group,
  Paper,
  Select,
  Stack,
  Switch,
  Text,
  Textarea,
} from '@mantine/core'
import type { ProblemItem } from '../api/problem.ts'
import { ENTRY_TYPES, type EntryType, type Preview, TYPE_NAMES } from '../api/types.ts'
import { RemoveOne } from '../parts/list-buttons.tsx'
import { Icon } from '../shell/icons.tsx'
import { type DraftRule, inMode } from './draft.ts'
import { FilterInput } from './filter-input.tsx'
import { ModelVerdicts } from './model-verdicts.tsx'
import { RuleMore } from './rule-more.tsx'

const MODES = [
  { value: 'rule', label: 'by a filter' },
  { value: 'llm', label: 'by a model' },
  { value: 'semantic', label: 'by meaning' },
]

interface Props {
  readonly rule: DraftRule
  readonly index: number
  readonly count: number
  readonly report: Preview['rules'][number] | undefined
  readonly errors: readonly ProblemItem[]
  readonly onChange: (rule: DraftRule) => void
  readonly onMove: (by: number) => void
  readonly onRemove: () => void
}

export function RuleCard({
  rule,
  index,
  count,
  report,
  errors,
  onChange,
  onMove,
  onRemove,
}: Props) {
  const number = index + 1
  return (
    <Paper
      withBorder
      p="md"
      className="card"
      component="section"
      aria-label={`Rule ${number}`}
      style={{
        borderLeft: `4px solid var(--mantine-color-${rule.effect === 'include' ? 'teal' : 'red'}-6)`,
      }}
    >
      <Stack gap="sm">
        <Group gap="xs" align="flex-end">
          <Select
            label={`Rule ${number}`}
            w={105}
            allowDeselect={false}
            data={['include', 'exclude']}
            value={rule.effect}
            onChange={(effect) => onChange({ ...rule, effect: effect as DraftRule['effect'] })}
          />
          <Select
            aria-label="Type of entries"
            w={130}
            allowDeselect={false}
            data={ENTRY_TYPES.map((value) => ({ value, label: `${TYPE_NAMES[value]}s` }))}
            value={rule.type}
            onChange={(type) => onChange({ ...rule, type: type as EntryType })}
          />
          <Select
            aria-label="How entries are chosen"
            w={140}
            allowDeselect={false}
            data={MODES}
            value={rule.mode}
            onChange={(mode) => onChange(inMode(rule, mode as DraftRule['mode']))}
          />
          <Group gap={4} ml="auto">
            <ActionIcon
              variant="default"
              aria-label={`Move rule ${number} up`}
              disabled={index === 0}
              onClick={() => onMove(-1)}
            >
              <Icon name="up" size={16} />
            </ActionIcon>
            <ActionIcon
              variant="default"
              aria-label={`Move rule ${number} down`}
              disabled={index === count - 1}
              onClick={() => onMove(1)}
            >
              <Icon name="down" size={16} />
            </ActionIcon>
            <RemoveOne label={`Remove rule ${number}`} onClick={onRemove} />
          </Group>
        </Group>
        {rule.mode === 'rule' && <FilterInput rule={rule} errors={errors} onChange={onChange} />}
        {rule.mode === 'llm' && (
          <Textarea
            label="What the model is asked to choose"
            autosize
            minRows={2}
            value={rule.llm_prompt ?? ''}
            onChange={(event) => onChange({ ...rule, llm_prompt: event.currentTarget.value })}
          />
        )}
        {rule.mode === 'semantic' && (
          <Textarea
            label="What entries should be about"
            autosize
            value={rule.query ?? ''}
            onChange={(event) => onChange({ ...rule, query: event.currentTarget.value })}
          />
        )}
        <details>
          <summary>More</summary>
          <Stack gap="sm" mt="xs">
            <RuleMore rule={rule} onChange={onChange} />
          </Stack>
        </details>
        {errors.map(({ message }) => (
          <Text
            key={message}
            size="sm"
            c="var(--mantine-color-error)"
            role="alert"
            className="foreign mistake"
          >
            {message}
          </Text>
        ))}
        <Group justify="space-between">
          {rule.effect === 'include' ? (
            <Switch
              label="Entries of sources too"
              checked={rule.include_federated}
              onChange={(event) =>
                onChange({ ...rule, include_federated: event.currentTarget.checked })
              }
            />
          ) : (
            <span />
          )}
          {report && errors.length === 0 && (
            <Group gap={4}>
              <Badge color="indigo">matches {report.matched}</Badge>
            </Group>
          )}
        </Group>
        {report?.selection && errors.length === 0 && <ModelVerdicts selection={report.selection} />}
      </Stack>
    </Paper>
  )
}
