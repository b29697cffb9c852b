import { Badge, Group, Stack, Text } from '@mantine/core'
import type { Decision } from '../api/types.ts'
import { ClauseTree } from './clause-tree.tsx'

type Half = Omit<Decision['policies'][number]['who'], 'clause'> & {
  readonly clause?: Decision['policies'][number]['who']['clause'] | undefined
}

interface Asked extends Omit<Decision['policies'][number], 'who'> {
  /** Without its clause where what the caller is made of is not for whoever looks. */
  readonly who: Half
}

interface Props {
  readonly policies: readonly Asked[]
  readonly nearest: Decision['nearest'] | undefined
}

/** What each policy says of a caller and an entry, both halves clause by clause. */
export function PoliciesAsked({ policies, nearest }: Props) {
  return (
    <Stack gap="sm">
      {nearest && (
        <Text size="sm" c="dimmed" className="foreign">
          Nearest is {nearest.policy}: {nearest.missing.join(' and ')} does not fit.
        </Text>
      )}
      {policies.map(({ id, effect, who, what, applies }) => (
        <div key={id}>
          <Group gap={6}>
            <Badge color={applies ? (effect === 'allow' ? 'teal' : 'red') : 'gray'}>
              {effect} {applies ? 'applies' : 'does not apply'}
            </Badge>
            <Text size="sm" fw={600} className="foreign">
              {id}
            </Text>
          </Group>
          {who.clause ? (
            <ClauseTree clause={who.clause} />
          ) : (
            <Text size="sm" pl={8} mt={4}>
              <Badge color={who.met ? 'teal' : 'red'}>{String(who.met)}</Badge> who it is for
            </Text>
          )}
          <ClauseTree clause={what.clause} />
        </div>
      ))}
    </Stack>
  )
}
