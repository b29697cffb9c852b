import { MultiSelect, NumberInput, Select, TextInput } from '@mantine/core'
import { DenyPatterns } from './deny-patterns.tsx'
import type { GuardDraft } from './guard-draft.ts'

interface Props {
  readonly draft: GuardDraft
  readonly onChange: (changes: Partial<GuardDraft>) => void
}

type Numbered = {
  [K in keyof GuardDraft]: GuardDraft[K] extends number | null ? K : never
}[keyof GuardDraft]

/** The fields of one kind of guard. */
export function GuardKindFields({ draft, onChange }: Props) {
  const number = (field: Numbered, label: string, description?: string) => (
    <NumberInput
      label={label}
      description={description}
      min={0}
      value={draft[field] ?? ''}
      onChange={(value) => onChange({ [field]: typeof value === 'number' ? value : null })}
    />
  )
  if (draft.kind === 'rate') {
    return (
      <>
        {number('limit', 'How many')}
        {number('per_seconds', 'In how many seconds')}
        {number('burst', 'At once after a pause', 'As many as above when left empty.')}
        <MultiSelect
          label="Each has a budget of its own"
          placeholder={draft.per.length === 0 ? 'One budget for everything' : ''}
          data={['caller', 'server', 'source', 'entry']}
          value={[...draft.per]}
          onChange={(per) => onChange({ per })}
        />
        <Select
          label="What is counted"
          allowDeselect={false}
          data={[
            { value: 'calls', label: 'what is run' },
            { value: 'requests', label: 'every request to the MCP endpoint' },
          ]}
          value={draft.counts}
          onChange={(counts) => onChange({ counts: counts ?? 'calls' })}
        />
      </>
    )
  }
  if (draft.kind === 'totp') {
    return (
      <>
        <TextInput
          label="Secret"
          description="A reference such as ${TOTP_SHELL}, declared in the configuration; never the secret itself."
          placeholder="${TOTP_SHELL}"
          value={draft.secret}
          onChange={(event) => onChange({ secret: event.currentTarget.value.trim() })}
        />
        {number('timeout_seconds', 'Locks again after so many seconds without a call')}
        {number('max_failures', 'Wrong codes in a row that lock out')}
        {number('lockout_seconds', 'Seconds of being locked out')}
      </>
    )
  }
  return (
    <>
      {number('max_chars', 'Most characters', 'Of the arguments, as JSON.')}
      {number('max_bytes', 'Most bytes', 'Of the arguments, as JSON.')}
      <DenyPatterns patterns={draft.deny} onChange={(deny) => onChange({ deny })} />
      <TextInput
        label="Condition"
        description="Must be true of a call: arguments.path =~ '^/srv/' || 'ops' in caller.groups"
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        value={draft.condition}
        onChange={(event) => onChange({ condition: event.currentTarget.value })}
      />
      {draft.condition !== '' && (
        <TextInput
          label="What the caller is told when it is not"
          maxLength={300}
          value={draft.message}
          onChange={(event) => onChange({ message: event.currentTarget.value })}
        />
      )}
    </>
  )
}
