import { Badge, Table, Text, Title } from '@mantine/core'
import { CodeBlock } from '../parts/code.tsx'

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a property takes, in a few words. */
function kindOf(schema: unknown): string {
  if (!isObject(schema)) return 'anything'
  if (Array.isArray(schema.enum))
    return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (schema.type === 'array') return `list of ${kindOf(schema.items)}`
  if (Array.isArray(schema.type)) return schema.type.join(' or ')
  return typeof schema.type === 'string' ? schema.type : 'anything'
}

/** A JSON schema as a table of its properties, and as it is. */
export function Schema({ title, schema }: { title: string; schema: Json }) {
  const properties = isObject(schema.properties) ? Object.entries(schema.properties) : []
  const required = Array.isArray(schema.required) ? schema.required : []
  return (
    <section>
      <Title order={3} size="h5" mb={4}>
        {title}
      </Title>
      {properties.length === 0 ? (
        <Text size="sm" c="dimmed">
          No properties are named.
        </Text>
      ) : (
        <Table>
          <Table.Tbody>
            {properties.map(([name, property]) => (
              <Table.Tr key={name}>
                <Table.Td miw={104}>
                  <Text size="sm" fw={600} className="foreign">
                    {name}
                  </Text>
                  {required.includes(name) && <Badge color="gray">required</Badge>}
                </Table.Td>
                <Table.Td>
                  <Text size="sm" ff="monospace" className="foreign">
                    {kindOf(property)}
                  </Text>
                  <Text size="xs" c="dimmed" className="foreign">
                    {isObject(property) && String(property.description ?? '')}
                  </Text>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <details>
        <summary>As JSON Schema</summary>
        <CodeBlock label={`${title} schema`} text={JSON.stringify(schema, null, 2)} />
      </details>
    </section>
  )
}
