import { NumberInput, Select, Stack } from '@mantine/core'
import type { ServerForm, SettingsProps } from './form.ts'

const ADMISSIONS = [
  { value: 'auto', label: 'are shown as soon as they match' },
  { value: 'review', label: 'wait until somebody approves them' },
]

const ON_CHANGE = [
  { value: 'hold', label: 'is taken out until it is approved again' },
  { value: 'keep', label: 'stays as it was approved' },
]

export function Changing({ form, onChange }: SettingsProps) {
  return (
    <Stack gap="sm">
      <Select
        label="New entries"
        allowDeselect={false}
        data={ADMISSIONS}
        value={form.admission}
        onChange={(admission) => onChange({ admission: admission as ServerForm['admission'] })}
      />
      {form.admission === 'review' && (
        <Select
          label="An approved entry whose definition changes"
          allowDeselect={false}
          data={ON_CHANGE}
          value={form.on_change}
          onChange={(next) => onChange({ on_change: next as ServerForm['on_change'] })}
        />
      )}
      <NumberInput
        label="Frozen for, in seconds"
        description="Additions, edits and untagging are held back this long, so that lists stay as they are. 0 is always live."
        min={0}
        max={86_400}
        allowDecimal={false}
        value={form.cache_ttl}
        onChange={(value) => onChange({ cache_ttl: typeof value === 'number' ? value : 0 })}
      />
    </Stack>
  )
}
