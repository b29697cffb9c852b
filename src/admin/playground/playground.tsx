import { Alert, Grid, NavLink, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { AskForm } from './ask-form.tsx'
import { groupsOf } from './items.ts'
import { type Message, useClient } from './use-client.ts'

/** A client of the server in the browser: what it lists, what its tools answer, and what was said. */
export function Playground({ id, isActive }: { id: string; isActive: boolean }) {
  if (isActive) return <Connected key={id} id={id} />
  return (
    <Alert color="yellow" title="This server is a draft">
      Clients cannot reach it yet. Activate it under Rules.
    </Alert>
  )
}

function Connected({ id }: { id: string }) {
  const { client, lists, error, messages } = useClient(id)
  const [key, setKey] = useState<string>()
  const groups = lists && groupsOf(lists)
  const item = groups?.flatMap(({ items }) => items).find((each) => each.key === key)
  return (
    <Stack>
      {error !== undefined && <Failure error={error} />}
      {!groups && error === undefined && <Loading rows={3} />}
      {groups && (
        <Grid>
          <Grid.Col span={{ base: 12, md: 4 }}>
            {groups.length === 0 && (
              <Text size="sm">The server lists nothing. What its rules take will appear here.</Text>
            )}
            {groups.map(({ label, items }) => (
              <nav key={label} aria-label={label}>
                <Title order={2} size="h5" mt="xs" mb={4}>
                  {label}
                </Title>
                {items.map((each) => (
                  <NavLink
                    key={each.key}
                    component="button"
                    label={each.name}
                    description={each.uri}
                    active={each.key === key}
                    aria-current={each.key === key ? 'true' : undefined}
                    onClick={() => setKey(each.key)}
                  />
                ))}
              </nav>
            ))}
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 8 }}>
            {client && item && <AskForm key={item.key} client={client} item={item} />}
          </Grid.Col>
        </Grid>
      )}
      <Messages messages={messages} />
    </Stack>
  )
}

function Messages({ messages }: { messages: readonly Message[] }) {
  return (
    <section aria-label="Messages">
      <Title order={2} size="h5" mb={4}>
        Messages, newest first
      </Title>
      {messages.map(({ key, isSent, text }) => (
        <details key={key}>
          <summary className="foreign">
            {isSent ? '→' : '←'} {text.replace(/\s+/g, ' ').slice(0, 100)}
          </summary>
          <Text component="pre" size="xs" className="foreign" style={{ whiteSpace: 'pre-wrap' }}>
            {text}
          </Text>
        </details>
      ))}
    </section>
  )
}
