import { Alert, Group, Paper, Stack, Tabs, Text, Title, VisuallyHidden } from '@mantine/core'
import { memo, useDeferredValue } from 'react'
import { CallerInput } from '../access/caller-input.tsx'
import type { DraftCaller } from '../access/draft-caller.ts'
import { ApiError } from '../api/problem.ts'
import { ENTRY_TYPES, NOUNS, type Preview, TYPE_NAMES } from '../api/types.ts'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { AskModels } from './ask-models.tsx'
import type { ServerForm } from './form.ts'
import { Difference, KeptBack, Left } from './preview-extras.tsx'
import { PreviewList } from './preview-list.tsx'

interface Props {
  readonly preview: Preview | undefined
  readonly error: Error | null
  /** Whether the rules have changed since. */
  readonly isOld: boolean
  readonly id: string | undefined
  readonly form: ServerForm
  /** Through whose eyes it is. */
  readonly who: DraftCaller
  readonly onWho: (who: DraftCaller) => void
}

/** What the rules would select now: how much, which, by which rule, and what is odd about it. */
export function PreviewPanel({ preview, error, isOld, id, form, who, onWho }: Props) {
  // Rows are drawn bit by bit, and letters that are typed meanwhile come first.
  const shown = useDeferredValue(preview)
  // A mistake in a rule or an override is shown where it is.
  const isInRule =
    error instanceof ApiError &&
    error.errors.length > 0 &&
    error.errors.every(({ path }) => /(?:rules|overrides)\[/.test(path))
  return (
    <Paper withBorder p="md" className="card beside" component="section" aria-labelledby="preview">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4" id="preview">
          Preview
        </Title>
        <Text size="sm" c="dimmed" role="status">
          {preview
            ? isInRule
              ? 'of what was there before the mistake'
              : `about ${preview.estimated_tokens.toLocaleString('en')} tokens`
            : ''}
          {preview && !isInRule && <VisuallyHidden>: {countsOf(preview)}</VisuallyHidden>}
        </Text>
      </Group>
      <details>
        <summary>
          As{' '}
          {preview?.caller ? (
            <b className="foreign">{preview.caller.id || 'somebody'}</b>
          ) : (
            'anybody'
          )}{' '}
          sees it
        </summary>
        <Stack gap="xs" my="xs">
          <CallerInput value={who} onChange={onWho} withAnybody />
          {preview?.caller && <KeptBack caller={preview.caller} />}
        </Stack>
      </details>
      {error && !isInRule && <Failure error={error} />}
      {!preview && !error && <Loading rows={4} />}
      {!preview && isInRule && (
        <Text size="sm" c="dimmed">
          What the rules take is shown once their mistake is mended.
        </Text>
      )}
      {preview && (
        <Stack gap="sm" aria-busy={isOld}>
          <Difference diff={preview.diff} />
          <AskModels preview={preview} id={id} form={form} />
          {preview.warnings.map(({ code, rule, message }) => (
            <Alert key={`${code} ${rule}`} color="yellow" p="xs" role="note">
              <Text size="sm" className="foreign">
                {rule !== undefined && `Rule ${rule + 1}: `}
                {message}
              </Text>
            </Alert>
          ))}
          <Lists preview={shown ?? preview} />
          <Left
            title="Would wait for review"
            entries={preview.withheld}
            count={preview.left_out.withheld}
          />
          <Left
            title="Left out: their override does not fit"
            entries={preview.unfit}
            count={preview.left_out.unfit}
          />
          <Left
            title="Shadowed: an earlier entry has the name"
            entries={preview.shadowed}
            count={preview.left_out.shadowed}
          />
          <Left
            title="Trimmed by the budget"
            entries={preview.trimmed}
            count={preview.left_out.trimmed}
          />
        </Stack>
      )}
    </Paper>
  )
}

/** How much there is of each type, for those who hear that it changed. */
const countsOf = ({ counts }: Preview) =>
  ENTRY_TYPES.map((type) => `${counts[NOUNS[type]]} ${NOUNS[type].replace('_', ' ')}`).join(', ')

/** Drawn anew only for another preview, not for every letter. */
const Lists = memo(function Lists({ preview }: { preview: Preview }) {
  return (
    <Tabs defaultValue="tool" keepMounted={false}>
      <Tabs.List>
        {ENTRY_TYPES.map((type) => (
          <Tabs.Tab key={type} value={type} px={6} fz="xs">
            {TYPE_NAMES[type]}s {preview.counts[NOUNS[type]]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {ENTRY_TYPES.map((type) => (
        <Tabs.Panel key={type} value={type} pt="xs">
          <PreviewList
            entries={preview[NOUNS[type]]}
            count={preview.counts[NOUNS[type]]}
            added={new Set(preview.diff?.added.map((entry) => entry.id))}
          />
        </Tabs.Panel>
      ))}
    </Tabs>
  )
})
