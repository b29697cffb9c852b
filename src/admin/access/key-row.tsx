import { Badge, Group, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { send } from '../api/client.ts'
import { queries } from '../api/queries.ts'
import type { Key } from '../api/types.ts'
import { Ago } from '../parts/ago.tsx'
import { Confirm } from '../parts/confirm.tsx'

export function KeyRow({ of: key }: { of: Key }) {
  const { id, name, prefix, roles, servers, expires_at, last_used_at, created_at } = key
  const revoke = useMutation({
    mutationFn: () => send('DELETE', `/keys/${encodeURIComponent(id)}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['keys'] }),
  })
  const hasEnded = expires_at !== null && Date.parse(expires_at) <= Date.now()
  return (
    <Group justify="space-between" align="flex-start" wrap="nowrap">
      <div>
        <Group gap={6}>
          <Text size="sm" ff="monospace" className="foreign">
            {prefix}…
          </Text>
          {name && (
            <Text size="sm" className="foreign">
              {name}
            </Text>
          )}
          {hasEnded && <Badge color="gray">ended</Badge>}
        </Group>
        <Text size="xs" c="dimmed" className="foreign">
          made <Ago at={created_at} />,{' '}
          {last_used_at ? (
            <>
              last used <Ago at={last_used_at} />
            </>
          ) : (
            'never used'
          )}
          {expires_at ? `, ends ${new Date(expires_at).toLocaleDateString()}` : ', has no end'}
          {servers && `, only for ${servers.join(', ')}`}
          {roles && `, only as ${roles.join(', ') || 'nobody in particular'}`}
        </Text>
      </div>
      <Confirm
        label="Revoke"
        name={`Revoke the key ${prefix}…`}
        text={`Whoever uses ${name ?? `${prefix}…`} is shut out at once.`}
        act={revoke.mutateAsync}
        error={revoke.error}
        style={{ flexShrink: 0 }}
      />
    </Group>
  )
}
