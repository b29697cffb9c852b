import { Alert, Button, Stack, Tabs, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api, read } from '../api/client.ts'
import { CodeBlock } from '../parts/code.tsx'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'

const CLIENTS = {
  claude_code: 'Claude Code',
  claude_desktop: 'Claude Desktop',
  cursor: 'Cursor',
  vscode: 'VS Code',
} as const

type Ways = Readonly<Record<string, unknown>>

/** Ready configuration for clients; none of it holds a secret. */
export function Connect({ id, isActive }: { id: string; isActive: boolean }) {
  const { data, error } = useQuery({
    queryKey: ['clients', id],
    queryFn: () => read(api.dynamic[':id'].clients.$get({ param: { id } })),
  })
  if (error) return <Failure error={error} />
  if (!data) return <Loading rows={3} />
  return (
    <Stack gap="md" maw={800}>
      {!isActive && (
        <Alert color="yellow" title="This server is a draft">
          Clients cannot reach it yet. Activate it under Rules.
        </Alert>
      )}
      <div>
        <Text size="sm" mb={4}>
          Address of the MCP endpoint
        </Text>
        <CodeBlock label="address" text={String(data.url)} />
      </div>
      <Tabs defaultValue="claude_code" keepMounted={false}>
        <Tabs.List mb="sm">
          {Object.entries(CLIENTS).map(([key, label]) => (
            <Tabs.Tab key={key} value={key}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {Object.entries(CLIENTS).map(([key, label]) => (
          <Tabs.Panel key={key} value={key}>
            <WaysOf client={label} ways={data[key] as Ways} />
          </Tabs.Panel>
        ))}
      </Tabs>
      <Text size="sm" c="dimmed">
        {String(data.credential)}
      </Text>
    </Stack>
  )
}

function WaysOf({ client, ways }: { client: string; ways: Ways }) {
  return (
    <Stack gap="sm">
      {typeof ways.install === 'string' && (
        <Button component="a" href={ways.install} style={{ alignSelf: 'flex-start' }}>
          Install in {client}
        </Button>
      )}
      {typeof ways.command === 'string' && (
        <div>
          <Text size="sm" mb={4}>
            Run this command
          </Text>
          <CodeBlock label={`command for ${client}`} text={ways.command} />
        </div>
      )}
      {Object.entries(ways)
        .filter(([, value]) => typeof value === 'object')
        .map(([file, value]) => (
          <div key={file}>
            <Text size="sm" mb={4}>
              Or put this into {file}
            </Text>
            <CodeBlock label={file} text={JSON.stringify(value, null, 2)} />
          </div>
        ))}
    </Stack>
  )
}
