import { Button, Group, Paper, Stack, TagsInput, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { send } from '../api/client.ts'
import { queries } from '../api/queries.ts'
import type { EntryType, Impact } from '../api/types.ts'
import { announce } from '../parts/announce.tsx'
import { Failure } from '../parts/failure.tsx'
import { ImpactOf } from '../parts/impact.tsx'

/** A filter that names more entries than this would be too long. */
const MOST = 40

interface Applied {
  readonly changed: number
  readonly impact?: Impact
}

interface Props {
  readonly ids: readonly string[]
  readonly type: EntryType
  readonly onDone: () => void
}

/** Adds and removes tags on what is selected; the impact is shown before it is saved. */
export function BulkTags({ ids, type, onDone }: Props) {
  const [add, setAdd] = useState<string[]>([])
  const [remove, setRemove] = useState<string[]>([])
  // A tag that is typed counts once the field is left, as for a button: it has to be one to press.
  const [typed, setTyped] = useState({ add: '', remove: '' })
  const filter = `id in [${ids.map((id) => `'${id}'`).join(', ')}]`
  const wanted = { filter, types: [type], add, remove }
  const apply = useMutation({
    meta: { done: '' },
    mutationFn: (asked: typeof wanted & { readonly dry_run: boolean }) =>
      send<Applied>('POST', '/tags/apply', asked),
    onSuccess: (_, { dry_run }) => {
      if (dry_run) return announce('The impact is shown.')
      announce('Saved.')
      void queries.invalidateQueries({ queryKey: ['entries'] })
      onDone()
    },
  })
  // An answer about other entries, or other tags, is none about these.
  const { dry_run: _, ...asked } = apply.variables ?? { dry_run: true }
  const isAbout = JSON.stringify(asked) === JSON.stringify(wanted)
  const impact = isAbout ? apply.data?.impact : undefined
  const isUnsaid = add.length + remove.length === 0 && (typed.add + typed.remove).trim() === ''
  return (
    <Paper withBorder p="sm" mb="sm" component="section" aria-label="Tags of the selected entries">
      <Stack gap="sm">
        <Group align="flex-end" gap="sm">
          <Text size="sm" fw={600} pb={8}>
            {ids.length} selected
          </Text>
          <TagsInput
            label="Add tags"
            value={add}
            onChange={setAdd}
            onSearchChange={(text) => setTyped((before) => ({ ...before, add: text }))}
            w={220}
          />
          <TagsInput
            label="Remove tags"
            value={remove}
            onChange={setRemove}
            onSearchChange={(text) => setTyped((before) => ({ ...before, remove: text }))}
            w={220}
          />
          <Button
            variant="default"
            disabled={isUnsaid || ids.length > MOST}
            loading={apply.isPending}
            onClick={() => apply.mutate({ ...wanted, dry_run: true })}
          >
            Show the impact
          </Button>
          <Button disabled={!impact} onClick={() => apply.mutate({ ...wanted, dry_run: false })}>
            Save
          </Button>
        </Group>
        {ids.length > MOST && <Text size="sm">Select at most {MOST} entries at once.</Text>}
        {isAbout && apply.error && <Failure error={apply.error} />}
        {impact && <ImpactOf impact={impact} />}
      </Stack>
    </Paper>
  )
}
