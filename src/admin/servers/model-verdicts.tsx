import { Badge, Stack, Text } from '@mantine/core'
import type { Preview } from '../api/types.ts'

type Selection = NonNullable<Preview['rules'][number]['selection']>

/** What asking takes before it is done, and the model's words once it was. */
export function ModelVerdicts({ selection }: { selection: Selection }) {
  const { would_ask, reasons, unjudged, candidates } = selection
  return (
    <Stack gap={4}>
      {would_ask && would_ask.entries > 0 && (
        <Badge color="yellow">
          {would_ask.entries} not judged,{' '}
          {would_ask.cost === null
            ? `${would_ask.input_tokens + would_ask.output_tokens} tokens to ask`
            : `$${would_ask.cost.toFixed(4)} to ask`}
        </Badge>
      )}
      {reasons && (
        <details>
          <summary>Why the model chose them ({candidates - unjudged} judged)</summary>
          {reasons.map(({ id, name, model_says }) => (
            <Text key={id} size="sm" className="foreign">
              <b>{name}</b>: {model_says}
            </Text>
          ))}
        </details>
      )}
    </Stack>
  )
}
