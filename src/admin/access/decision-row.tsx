import { Badge, Button, Collapse, Group, Paper, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { Decision } from '../api/types.ts'
import { ClauseTree } from '../explain/clause-tree.tsx'

interface Props {
  readonly name: string
  /** Undefined while it is not known. */
  readonly decision: Decision | undefined
}

/** What is decided about one entry; the policies that were asked are shown on demand. */
export function DecisionRow({ name, decision }: Props) {
  const [isOpen, opened] = useDisclosure()
  return (
    <Paper withBorder p="sm" className="card" component="section" aria-label={`Decision: ${name}`}>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        {decision && (
          <Badge color={decision.permitted ? 'teal' : 'red'} style={{ flexShrink: 0 }}>
            {decision.permitted ? 'may use' : 'may not'}
          </Badge>
        )}
        <div>
          <Text size="sm" fw={600} className="foreign">
            {name}
          </Text>
          <Text size="sm" className="foreign">
            {decision?.text}
          </Text>
          {decision?.nearest && (
            <Text size="sm" c="dimmed" className="foreign">
              Nearest is {decision.nearest.policy}: {decision.nearest.missing.join(' and ')} does
              not fit.
            </Text>
          )}
        </div>
        {decision && decision.policies.length > 0 && (
          <Button
            variant="default"
            size="xs"
            ml="auto"
            style={{ flexShrink: 0 }}
            aria-expanded={isOpen}
            aria-label={`Why: ${name}`}
            onClick={opened.toggle}
          >
            Why
          </Button>
        )}
      </Group>
      <Collapse expanded={isOpen}>
        <Stack gap="sm" mt="xs">
          {decision?.policies.map(({ id, effect, who, what, applies }) => (
            <div key={id}>
              <Group gap={6}>
                <Badge color={applies ? (effect === 'allow' ? 'teal' : 'red') : 'gray'}>
                  {effect} {applies ? 'applies' : 'does not apply'}
                </Badge>
                <Text size="sm" fw={600} className="foreign">
                  {id}
                </Text>
              </Group>
              <ClauseTree clause={who.clause} />
              <ClauseTree clause={what.clause} />
            </div>
          ))}
        </Stack>
      </Collapse>
    </Paper>
  )
}
