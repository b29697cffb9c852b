import { Button, Select, Stack, Text, Textarea, TextInput, Title } from '@mantine/core'
import type { Client } from '@modelcontextprotocol/client'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { CodeBlock } from '../parts/code.tsx'
import { Failure } from '../parts/failure.tsx'
import { argumentsOf, type Field } from './arguments.ts'
import type { Item } from './items.ts'

/** Asks for an item with what its form holds, and shows the answer as it came. */
export function AskForm({ client, item }: { client: Client; item: Item }) {
  const [written, setWritten] = useState<Readonly<Record<string, string>>>({})
  const { name, uri, description, fields, verb } = item
  const asking = useMutation({
    meta: { done: 'The server has answered.' },
    mutationFn: async () => item.ask(client, argumentsOf(fields, written)),
  })
  const isFailed = asking.data?.isError === true
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        asking.mutate()
      }}
    >
      <Stack gap="sm">
        <Title order={2} size="h4" className="foreign">
          {name}
        </Title>
        {uri !== undefined && (
          <Text size="sm" ff="monospace" className="foreign">
            {uri}
          </Text>
        )}
        {description && (
          <Text size="sm" className="foreign" style={{ whiteSpace: 'pre-line' }}>
            {description}
          </Text>
        )}
        {fields.map((field) => (
          <Argument
            key={field.name}
            field={field}
            value={written[field.name] ?? ''}
            onChange={(value) => setWritten({ ...written, [field.name]: value })}
          />
        ))}
        <Button type="submit" loading={asking.isPending} style={{ alignSelf: 'flex-start' }}>
          {verb}
        </Button>
        {asking.error && <Failure error={asking.error} />}
        {asking.data && (
          <div>
            <Text size="sm" fw={600} c={isFailed ? 'var(--mantine-color-error)' : undefined}>
              {isFailed ? 'The tool answered with an error' : 'Result'}
            </Text>
            <CodeBlock label="Result" text={JSON.stringify(asking.data, null, 2)} />
          </div>
        )}
      </Stack>
    </form>
  )
}

interface ArgumentProps {
  readonly field: Field
  readonly value: string
  readonly onChange: (value: string) => void
}

function Argument({ field, value, onChange }: ArgumentProps) {
  const { name, kind, description, isRequired, choices } = field
  const common = { label: name, description, withAsterisk: isRequired }
  if (kind === 'choice' || kind === 'boolean') {
    return (
      <Select
        {...common}
        clearable
        data={kind === 'boolean' ? ['true', 'false'] : [...choices]}
        value={value || null}
        onChange={(next) => onChange(next ?? '')}
      />
    )
  }
  if (kind === 'json') {
    return (
      <Textarea
        {...common}
        placeholder="JSON"
        autosize
        minRows={2}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    )
  }
  return (
    <TextInput
      {...common}
      inputMode={kind === 'number' ? 'decimal' : 'text'}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
