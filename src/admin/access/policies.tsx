import { Badge, Group, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api, read } from '../api/client.ts'
import type { Policy } from '../api/types.ts'
import { Answer } from '../parts/answer.tsx'
import { Opener } from '../parts/rows.tsx'
import { SideDrawer } from '../parts/side-drawer.tsx'
import { NEW, useOpened } from '../parts/use-opened.ts'
import { NewRows } from './new-rows.tsx'
import { PolicyDrawer } from './policy-drawer.tsx'
import { PolicyForm } from './policy-form.tsx'

export function Policies() {
  const [opened, open] = useOpened('policy')
  const policies = useQuery({ queryKey: ['policies'], queryFn: () => read(api.policies.$get()) })
  return (
    <>
      <Answer of={policies}>
        {(data) => (
          <NewRows
            noun="policy"
            empty="There is no policy yet. Servers with the access “policy” show callers what their owner, roles and shares let them see, and nothing else."
            heads={['Policy', 'Who', 'What', 'Servers']}
            onNew={() => open(NEW)}
          >
            {data.policies.map((policy) => (
              <PolicyRow key={policy.id} policy={policy} onOpen={() => open(policy.id)} />
            ))}
          </NewRows>
        )}
      </Answer>
      <SideDrawer title="New policy" isOpen={opened === NEW} onClose={() => open('')}>
        <PolicyForm onDone={() => open('')} />
      </SideDrawer>
      <PolicyDrawer id={opened === NEW ? '' : opened} onClose={() => open('')} />
    </>
  )
}

function PolicyRow({ policy, onOpen }: { policy: Policy; onOpen: () => void }) {
  const { id, effect, who, what, server, description, problem } = policy
  return (
    <Table.Tr className="row">
      <Table.Td>
        <Group gap={6}>
          <Opener name={id} onOpen={onOpen} />
          <Badge color={effect === 'allow' ? 'teal' : 'red'}>{effect}</Badge>
          {problem && <Badge color="yellow">unusable</Badge>}
        </Group>
        <Text size="xs" c="dimmed" className="foreign clamp">
          {problem ?? description}
        </Text>
      </Table.Td>
      {Object.entries({ who, what }).map(([half, filter]) => (
        <Table.Td key={half}>
          <Text size="xs" ff="monospace" className="foreign">
            {filter}
          </Text>
        </Table.Td>
      ))}
      <Table.Td>
        <Text size="sm" className="foreign clamp">
          {server?.join(', ') ?? 'every server'}
        </Text>
      </Table.Td>
    </Table.Tr>
  )
}
