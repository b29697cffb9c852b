import { Alert, Badge, Group, Paper, Stack, Text } from '@mantine/core'
import type { Explanation } from '../api/types.ts'
import { withoutVerdict, withRuleNumbers } from '../parts/rule-names.ts'
import { ClauseTree } from './clause-tree.tsx'
import { GuardsAsked } from './guards-asked.tsx'
import { PoliciesAsked } from './policies-asked.tsx'

const LOOK = {
  true: { color: 'teal', text: 'passed' },
  false: { color: 'red', text: 'stopped here' },
  null: { color: 'gray', text: 'not reached' },
} as const

export function Stages({ explanation }: { explanation: Explanation }) {
  const { summary, stages, nearest, guards = [] } = explanation
  return (
    <>
      <Alert
        color={explanation.in ? 'teal' : 'red'}
        role="status"
        title={explanation.in ? 'In' : 'Out'}
      >
        <Text size="sm" className="foreign">
          {withoutVerdict(summary)}
        </Text>
      </Alert>
      {stages.map(({ stage, passed, text, rules, policies, nearest }) => {
        const look = LOOK[`${passed}`]
        return (
          <Paper
            key={stage}
            withBorder
            p="sm"
            className="card"
            component="section"
            aria-label={stage}
          >
            <Group gap="xs">
              <Badge color={look.color}>{look.text}</Badge>
              <Text fw={600}>{stage}</Text>
              <Text size="sm" className="foreign">
                {withRuleNumbers(text)}
              </Text>
            </Group>
            <Stack gap="xs" mt={rules || policies ? 'xs' : 0}>
              {rules?.map((rule) => (
                <div key={rule.index}>
                  <Text size="sm" className="foreign">
                    <Badge color={rule.matched ? 'teal' : 'gray'} mr={6}>
                      rule {rule.index + 1}
                    </Badge>
                    {withRuleNumbers(rule.text).replace(`rule ${rule.index + 1} `, '')}
                  </Text>
                  {rule.clause && <ClauseTree clause={rule.clause} />}
                  {rule.selection?.reason && (
                    <Text size="sm" c="dimmed" className="foreign">
                      The model says: {rule.selection.reason}
                    </Text>
                  )}
                </div>
              ))}
              {policies && <PoliciesAsked policies={policies} nearest={nearest} />}
            </Stack>
          </Paper>
        )
      })}
      {guards.length > 0 && <GuardsAsked guards={guards} />}
      {nearest && nearest.changes.length > 0 && (
        <Alert color="blue" title="To let it in" role="note">
          {nearest.changes.map(({ text }) => (
            <Text key={text} size="sm" className="foreign">
              {withRuleNumbers(text)}
            </Text>
          ))}
        </Alert>
      )}
    </>
  )
}
