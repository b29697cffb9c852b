import { Alert, Grid, Group, Stack, Textarea, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { callerOf, type DraftCaller, NO_CALLER } from '../access/draft-caller.ts'
import { isManaged } from '../api/origin.ts'
import { ApiError } from '../api/problem.ts'
import type { Server } from '../api/types.ts'
import { Behind } from '../parts/use-held.tsx'
import { PreviewPanel } from './preview-panel.tsx'
import { RuleList } from './rule-list.tsx'
import { SaveBar } from './save-bar.tsx'
import { Settings } from './settings.tsx'
import { useDraft } from './use-draft.ts'
import { usePreview } from './use-preview.ts'

/** What is written on the left, what it makes of the catalog on the right while it is written. */
export function Builder({ server }: { server?: Server }) {
  const draft = useDraft(server)
  const { form, change } = draft
  const [who, setWho] = useState<DraftCaller>({ ...NO_CALLER, kind: 'anybody' })
  const [seer] = useDebouncedValue(who, 300)
  const preview = usePreview(server?.id, form, callerOf(seer))
  const isFixed = server !== undefined && isManaged(server)
  const problem = preview.error instanceof ApiError ? preview.error : undefined
  return (
    <Grid gap="md">
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <Stack gap="sm">
          {isFixed && (
            <Alert color="blue" title="Written in a file">
              This server comes from a file, so it is changed there. Try rules here as you like.
            </Alert>
          )}
          {draft.isBehind && <Behind reload={draft.reload} />}
          <Group grow align="flex-start">
            <TextInput
              label="Name"
              placeholder="Finance tools"
              required
              maxLength={256}
              value={form.name}
              disabled={isFixed}
              onChange={(event) => change({ name: event.currentTarget.value })}
            />
            <Textarea
              label="Description"
              autosize
              minRows={1}
              value={form.description}
              disabled={isFixed}
              onChange={(event) => change({ description: event.currentTarget.value })}
            />
          </Group>
          <RuleList
            rules={form.rules}
            preview={preview.data}
            errors={problem?.errors ?? []}
            onChange={(rules) => change({ rules })}
          />
          <Settings
            form={form}
            isNew={server === undefined}
            errors={problem?.errors ?? []}
            onChange={change}
          />
          {!isFixed && <SaveBar server={server} draft={draft} isWrong={problem !== undefined} />}
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 5 }}>
        <PreviewPanel
          preview={preview.data}
          error={preview.error}
          isOld={preview.isPlaceholderData || preview.isError}
          id={server?.id}
          form={form}
          who={who}
          onWho={setWho}
        />
      </Grid.Col>
    </Grid>
  )
}
