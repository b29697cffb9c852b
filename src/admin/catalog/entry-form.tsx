import { Button, Group, Stack, Switch } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { send } from '../api/client.ts'
import { queries } from '../api/queries.ts'
import { type Entry, type Impact, NOUNS } from '../api/types.ts'
import { Failure } from '../parts/failure.tsx'
import { ImpactOf } from '../parts/impact.tsx'
import { TagsField } from '../parts/tags-field.tsx'
import { useTellUnsaved } from '../parts/tell-unsaved.ts'

export type VersionedEntry = Entry & { readonly version: number }

interface Props {
  readonly entry: VersionedEntry
  readonly onTouch: (isTouched: boolean) => void
}

/** Tags and marks of one entry. As soon as something differs, its impact on servers is shown. */
export function EntryForm({ entry, onTouch }: Props) {
  const [tags, setTags] = useState<string[]>([...entry.tags])
  const [enabled, setEnabled] = useState(entry.enabled)
  const [deprecated, setDeprecated] = useState(entry.deprecated)
  const path = `/${NOUNS[entry.type]}/${encodeURIComponent(entry.id)}`
  const patch = {
    ...(tags.join('\0') === entry.tags.join('\0') ? {} : { tags }),
    ...(enabled === entry.enabled ? {} : { enabled }),
    ...(deprecated === entry.deprecated ? {} : { deprecated }),
  }
  const isChanged = Object.keys(patch).length > 0
  useEffect(() => onTouch(isChanged), [isChanged, onTouch])
  useTellUnsaved(isChanged)
  const dryRun = useQuery({
    queryKey: ['impact', entry.id, patch],
    queryFn: () => send<{ impact: Impact }>('PATCH', `${path}?dry_run=true`, patch),
    enabled: isChanged,
    placeholderData: (before) => before,
  })
  const save = useMutation({
    meta: { done: 'Saved.' },
    mutationFn: () => send('PATCH', path, patch, { version: entry.version }),
    onSuccess: () => {
      onTouch(false)
      return queries.invalidateQueries({ queryKey: ['entries'] })
    },
  })
  return (
    <Stack gap="sm">
      <TagsField label="Tags" value={tags} onChange={setTags} placeholder="Add a tag" />
      <Group>
        <Switch
          label="Enabled"
          checked={enabled}
          onChange={(event) => setEnabled(event.currentTarget.checked)}
        />
        <Switch
          label="Deprecated"
          checked={deprecated}
          onChange={(event) => setDeprecated(event.currentTarget.checked)}
        />
      </Group>
      {isChanged && dryRun.data && <ImpactOf impact={dryRun.data.impact} />}
      {(save.error ?? (isChanged && dryRun.error)) && (
        <Failure error={save.error ?? dryRun.error} />
      )}
      {isChanged && (
        <Button
          onClick={() => save.mutate()}
          loading={save.isPending}
          disabled={!dryRun.data || dryRun.isPlaceholderData}
        >
          Save
        </Button>
      )}
    </Stack>
  )
}
