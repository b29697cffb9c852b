import { Badge, Group, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api, read } from '../api/client.ts'
import type { Guard } from '../api/types.ts'
import { Answer } from '../parts/answer.tsx'
import { Opener } from '../parts/rows.tsx'
import { SideDrawer } from '../parts/side-drawer.tsx'
import { NEW, useOpened } from '../parts/use-opened.ts'
import { GuardDrawer } from './guard-drawer.tsx'
import { GuardForm } from './guard-form.tsx'
import { NewRows } from './new-rows.tsx'

/** What a guard does, in a few words. */
function wordsOf(guard: Guard): string {
  switch (guard.kind) {
    case 'rate':
      return `${guard.limit} ${guard.counts} in ${guard.per_seconds} s, per ${guard.per.join(' and ') || 'everything'}`
    case 'totp':
      return 'asks for a code'
    default:
      return [
        guard.max_chars && `at most ${guard.max_chars} characters`,
        guard.max_bytes && `at most ${guard.max_bytes} bytes`,
        guard.deny && `${guard.deny.length} patterns`,
        guard.condition,
      ]
        .filter(Boolean)
        .join(', ')
  }
}

export function Guards() {
  const [opened, open] = useOpened('guard')
  const guards = useQuery({ queryKey: ['guards'], queryFn: () => read(api.guards.$get()) })
  return (
    <>
      <Answer of={guards}>
        {(data) => (
          <NewRows
            noun="guard"
            empty="There is no guard yet. A guard looks at each call just before it is sent: at its arguments, how many there were, or whether a code was given."
            heads={['Guard', 'Stands before', 'Lets pass']}
            onNew={() => open(NEW)}
          >
            {data.guards.map((guard) => (
              <GuardRow key={guard.id} guard={guard} onOpen={() => open(guard.id)} />
            ))}
          </NewRows>
        )}
      </Answer>
      <SideDrawer title="New guard" isOpen={opened === NEW} onClose={() => open('')}>
        <GuardForm onDone={() => open('')} />
      </SideDrawer>
      <GuardDrawer id={opened === NEW ? '' : opened} onClose={() => open('')} />
    </>
  )
}

function GuardRow({ guard, onOpen }: { guard: Guard; onOpen: () => void }) {
  return (
    <Table.Tr className="row">
      <Table.Td>
        <Group gap={6}>
          <Opener name={guard.id} onOpen={onOpen} />
          <Badge color="indigo">{guard.kind}</Badge>
          {guard.status === 'off' && <Badge color="gray">off</Badge>}
          {guard.problem && <Badge color="yellow">unusable</Badge>}
        </Group>
        <Text size="xs" c="dimmed" className="foreign clamp">
          {guard.problem ?? guard.description}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="xs" ff="monospace" className="foreign">
          {guard.what}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm" className="foreign">
          {wordsOf(guard)}
        </Text>
      </Table.Td>
    </Table.Tr>
  )
}
