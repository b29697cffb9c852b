import { Alert, Grid, NavLink, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { CallForm } from './call-form.tsx'
import { type Message, useClient } from './use-client.ts'

/** A client of the server in the browser: what it lists, what its tools answer, and what was said. */
export function Playground({ id, isActive }: { id: string; isActive: boolean }) {
  if (isActive) return <Connected id={id} />
  return (
    <Alert color="yellow" title="This server is a draft">
      Clients cannot reach it yet. Activate it under Rules.
    </Alert>
  )
}

function Connected({ id }: { id: string }) {
  const { client, tools, error, messages } = useClient(id)
  const [name, setName] = useState<string>()
  const tool = tools?.find((each) => each.name === name)
  return (
    <Stack>
      {error !== undefined && <Failure error={error} />}
      {!tools && error === undefined && <Loading rows={3} />}
      {tools && (
        <Grid>
          <Grid.Col span={{ base: 12, md: 4 }}>
            <nav aria-label="Tools">
              {tools.length === 0 && <Text size="sm">The server lists no tools.</Text>}
              {tools.map((each) => (
                <NavLink
                  key={each.name}
                  component="button"
                  label={each.name}
                  active={each.name === name}
                  aria-current={each.name === name ? 'true' : undefined}
                  onClick={() => setName(each.name)}
                />
              ))}
            </nav>
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 8 }}>
            {client && tool && <CallForm key={tool.name} client={client} tool={tool} />}
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
