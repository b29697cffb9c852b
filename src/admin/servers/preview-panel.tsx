import { Alert, Badge, Button, Group, Paper, Stack, Tabs, Text, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { send } from '../api/client.ts'
import { ApiError } from '../api/problem.ts'
import { queries } from '../api/queries.ts'
import { ENTRY_TYPES, NOUNS, type Preview, TYPE_NAMES } from '../api/types.ts'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import type { ServerForm } from './form.ts'
import { PreviewList } from './preview-list.tsx'
import { previewOf } from './use-preview.ts'

interface Props {
  readonly preview: Preview | undefined
  readonly error: Error | null
  /** Whether the rules have changed since. */
  readonly isOld: boolean
  readonly id: string | undefined
  readonly form: ServerForm
}

/** What the rules would select now: how much, which, by which rule, and what is odd about it. */
export function PreviewPanel({ preview, error, isOld, id, form }: Props) {
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
        </Text>
      </Group>
      {error && !isInRule && <Failure error={error} />}
      {!preview && !error && <Loading rows={4} />}
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
          <Tabs defaultValue="tool" keepMounted={false}>
            <Tabs.List>
              {ENTRY_TYPES.map((type) => (
                <Tabs.Tab key={type} value={type} px="xs">
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

function Difference({ diff }: { diff: Preview['diff'] }) {
  if (!diff || diff.counts.added + diff.counts.removed === 0) return null
  return (
    <Group gap="xs" aria-label="Compared with what is live" role="group">
      {diff.counts.added > 0 && <Badge color="teal">{diff.counts.added} new</Badge>}
      {diff.counts.removed > 0 && <Badge color="red">{diff.counts.removed} leaving</Badge>}
      {diff.removed.length > 0 && (
        <Text size="xs" c="dimmed" className="foreign">
          {diff.removed
            .slice(0, 10)
            .map(({ name }) => name)
            .join(', ')}
        </Text>
      )}
    </Group>
  )
}

function Left({
  title,
  entries,
  count,
}: {
  title: string
  count: number
  entries: readonly { id: string; name: string }[]
}) {
  if (entries.length === 0) return null
  return (
    <div>
      <Text size="sm" fw={600}>
        {title}: {count.toLocaleString('en')}
      </Text>
      <Text size="xs" c="dimmed" className="foreign">
        {entries
          .slice(0, 20)
          .map(({ name }) => name)
          .join(', ')}
      </Text>
    </div>
  )
}

/** Nothing is asked, and nothing spent, before somebody has seen what it takes. */
function AskModels({ preview, id, form }: { preview: Preview } & Pick<Props, 'id' | 'form'>) {
  const unjudged = preview.rules.reduce((sum, each) => sum + (each.selection?.unjudged ?? 0), 0)
  const ask = useMutation({
    mutationFn: () => {
      const { path, body } = previewOf(id, form)
      return send('POST', `${path}&ask=true`, body)
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['server'] }),
  })
  if (unjudged === 0) return null
  return (
    <>
      <Button size="xs" variant="default" loading={ask.isPending} onClick={() => ask.mutate()}>
        Ask the model about {unjudged} entries
      </Button>
      {ask.error && <Failure error={ask.error} />}
    </>
  )
}
