import { Button, Select, Stack, Text, Textarea, TextInput, Title } from '@mantine/core'
import type { Client, Tool } from '@modelcontextprotocol/client'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { CodeBlock } from '../parts/code.tsx'
import { Failure } from '../parts/failure.tsx'
import { argumentsOf, type Field, fieldsOf } from './arguments.ts'

/** Calls a tool with what its form holds, and shows the result as it came. */
export function CallForm({ client, tool }: { client: Client; tool: Tool }) {
  const [written, setWritten] = useState<Readonly<Record<string, string>>>({})
  const fields = fieldsOf(tool.inputSchema)
  const call = useMutation({
    meta: { done: 'The tool has answered.' },
    mutationFn: async () =>
      client.callTool({ name: tool.name, arguments: argumentsOf(fields, written) }),
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        call.mutate()
      }}
    >
      <Stack gap="sm">
        <Title order={2} size="h4" className="foreign">
          {tool.name}
        </Title>
        <Text size="sm" className="foreign" style={{ whiteSpace: 'pre-line' }}>
          {tool.description}
        </Text>
        {fields.map((field) => (
          <Argument
            key={field.name}
            field={field}
            value={written[field.name] ?? ''}
            onChange={(value) => setWritten({ ...written, [field.name]: value })}
          />
        ))}
        <Button type="submit" loading={call.isPending} style={{ alignSelf: 'flex-start' }}>
          Call
        </Button>
        {call.error && <Failure error={call.error} />}
        {call.data && (
          <div>
            <Text
              size="sm"
              fw={600}
              c={call.data.isError ? 'var(--mantine-color-error)' : undefined}
            >
              {call.data.isError ? 'The tool answered with an error' : 'Result'}
            </Text>
            <CodeBlock label="Result" text={JSON.stringify(call.data, null, 2)} />
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
