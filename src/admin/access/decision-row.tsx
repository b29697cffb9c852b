import { Badge, Box, Button, Collapse, Group, Paper, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { Decision } from '../api/types.ts'
import { PoliciesAsked } from '../explain/policies-asked.tsx'

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
        <Box mt="xs">
          <PoliciesAsked policies={decision?.policies ?? []} nearest={decision?.nearest} />
        </Box>
      </Collapse>
    </Paper>
  )
}
