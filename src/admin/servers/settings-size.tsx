import { NumberInput, Stack } from '@mantine/core'
import type { SettingsProps } from './form.ts'

const limit = (value: string | number) => (typeof value === 'number' ? value : null)

/** A budget: the tools ranked last fall out, and the preview says which. */
export function Size({ form, onChange }: SettingsProps) {
  return (
    <Stack gap="sm">
      <NumberInput
        label="Most tools"
        placeholder="No limit"
        min={1}
        allowDecimal={false}
        value={form.max_tools ?? ''}
        onChange={(value) => onChange({ max_tools: limit(value) })}
      />
      <NumberInput
        label="Most tokens of all tools together"
        description="Estimated; the preview shows what they take now."
        placeholder="No limit"
        min={1}
        allowDecimal={false}
        value={form.max_tokens ?? ''}
        onChange={(value) => onChange({ max_tokens: limit(value) })}
      />
    </Stack>
  )
}
