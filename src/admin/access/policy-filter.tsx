import { Stack, Text } from '@mantine/core'
import { useMemo } from 'react'
import type { ProblemItem } from '../api/problem.ts'
import { FilterEditor } from '../editor/filter-editor.tsx'
import { useWords } from '../editor/use-words.ts'

interface Props {
  readonly label: string
  readonly hint: string
  /** Whether it reads entries; the caller it may always read. */
  readonly reads: 'any' | 'none'
  readonly value: string
  readonly onChange: (value: string) => void
  readonly problem: ProblemItem | undefined
}

/** One half of a policy in the filter editor, with the mistake the service found in it. */
export function PolicyFilter({ label, hint, reads, value, onChange, problem }: Props) {
  const words = useWords(reads, true)
  const mistake = useMemo(
    () => problem && { message: problem.message, position: problem.position ?? 0 },
    [problem],
  )
  return (
    <Stack gap={4}>
      <Text size="sm" fw="var(--mantine-font-weight-medium)" aria-hidden>
        {label}
      </Text>
      <Text size="xs" c="dimmed">
        {hint}
      </Text>
      <FilterEditor
        label={label}
        example={reads === 'none' ? "'risk' in caller.groups" : "'finance' in tags"}
        value={value}
        onChange={onChange}
        mistake={mistake}
        words={words}
      />
      {mistake && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert" className="foreign mistake">
          {mistake.message}
        </Text>
      )}
    </Stack>
  )
}
