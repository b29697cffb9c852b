import { Alert, Button, Grid, Group, Stack, Textarea, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { send } from '../api/client.ts'
import { ApiError } from '../api/problem.ts'
import { queries } from '../api/queries.ts'
import type { Server } from '../api/types.ts'
import { Failure } from '../parts/failure.tsx'
import { Icon } from '../shell/icons.tsx'
import { type DraftRule, draftOf, newRule, withoutKey } from './draft.ts'
import { PreviewPanel } from './preview-panel.tsx'
import { RuleCard } from './rule-card.tsx'
import { usePreview } from './use-preview.ts'

interface Props {
  readonly server?: Server
  /** Told whether there is something that has not been saved. */
  readonly onTouch?: (isTouched: boolean) => void
}

/** Rules on the left, what they make of the catalog on the right while they are written. */
export function Builder({ server, onTouch }: Props) {
  const [, go] = useLocation()
  const [name, setName] = useState(server?.name ?? '')
  const [description, setDescription] = useState(server?.description ?? '')
  const [rules, setRules] = useState<readonly DraftRule[]>(() =>
    server ? server.rules.map(draftOf) : [newRule()],
  )
  const written = JSON.stringify([name, description, rules.map(withoutKey)])
  const [begunWith] = useState(written)
  const isTouched = written !== begunWith
  useEffect(() => onTouch?.(isTouched), [isTouched, onTouch])
  const preview = usePreview(server?.id, rules)
  const isManaged = server !== undefined && server.origin !== 'rest' && server.origin !== 'cli'
  const problem = preview.error instanceof ApiError ? preview.error : undefined

  const save = useMutation({
    mutationFn: (status: Server['status']) => {
      const text = description.trim()
      const definition = { name, status, rules: rules.map(withoutKey) }
      if (!server) {
        const body = { ...definition, ...(text === '' ? {} : { description: text }) }
        return send<Server>('POST', '/dynamic', body)
      }
      const patch = { ...definition, description: text === '' ? null : text }
      return send<Server>('PATCH', `/dynamic/${server.id}`, patch, { version: server.version })
    },
    onSuccess: (saved) => {
      onTouch?.(false)
      queries.setQueryData(['server', saved.id], saved)
      void queries.invalidateQueries({ queryKey: ['servers'] })
      go(server ? `/servers/${saved.id}` : `/servers/${saved.id}/connect`)
    },
  })

  const replace = (index: number, rule: DraftRule) =>
    setRules(rules.map((each, i) => (i === index ? rule : each)))
  const move = (index: number, by: number) => {
    const next = [...rules]
    const [moved] = next.splice(index, 1)
    next.splice(index + by, 0, moved!)
    setRules(next)
  }

  return (
    <Grid gap="md">
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <Stack gap="sm">
          {isManaged && (
            <Alert color="blue" title="Written in a file">
              This server comes from a file, so it is changed there. Try rules here as you like.
            </Alert>
          )}
          <Group grow align="flex-start">
            <TextInput
              label="Name"
              placeholder="Finance tools"
              required
              maxLength={256}
              value={name}
              disabled={isManaged}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Textarea
              label="Description"
              autosize
              minRows={1}
              value={description}
              disabled={isManaged}
              onChange={(event) => setDescription(event.currentTarget.value)}
            />
          </Group>
          {rules.map((rule, index) => (
            <RuleCard
              key={rule.key}
              rule={rule}
              index={index}
              count={rules.length}
              report={preview.data?.rules.find((each) => each.index === index)}
              errors={
                problem?.errors.filter(({ path }) => path.startsWith(`rules[${index}]`)) ?? []
              }
              onChange={(next) => replace(index, next)}
              onMove={(by) => move(index, by)}
              onRemove={() => setRules(rules.filter((_, i) => i !== index))}
            />
          ))}
          <Button
            variant="default"
            leftSection={<Icon name="plus" size={16} />}
            onClick={() => setRules([...rules, newRule()])}
          >
            Add a rule
          </Button>
          {save.error && <Failure error={save.error} />}
          {!isManaged && (
            <Group>
              <Button
                loading={save.isPending}
                disabled={name.trim() === '' || problem !== undefined}
                onClick={() => save.mutate('active')}
              >
                {server?.status === 'active' ? 'Save' : 'Save and activate'}
              </Button>
              <Button
                variant="default"
                loading={save.isPending}
                disabled={name.trim() === '' || problem !== undefined}
                onClick={() => save.mutate('draft')}
              >
                {server?.status === 'active' ? 'Take offline as a draft' : 'Save as a draft'}
              </Button>
            </Group>
          )}
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 5 }}>
        <PreviewPanel
          preview={preview.data}
          error={preview.error}
          isOld={preview.isPlaceholderData || preview.isError}
          id={server?.id}
          rules={rules}
        />
      </Grid.Col>
    </Grid>
  )
}
