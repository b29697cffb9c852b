import { PLACEHOLDER } from '../../catalog/input.ts'
import { FacetError } from '../../errors/facet-error.ts'
import type { EntryRecord, JsonObject } from '../../store/ports.ts'

/**
 * Renders a prompt posted by hand. An argument stands in its place as it is: braces inside it are
 * not filled in again.
 *
 * @throws {FacetError} `invalid_request` naming the required arguments that are missing.
 */
export function renderPrompt(
  record: EntryRecord,
  args: Readonly<Record<string, string>>,
): JsonObject {
  const declared = (record.definition.arguments ?? []) as { name: string; required?: boolean }[]
  const missing = declared.filter(({ name, required }) => required && !Object.hasOwn(args, name))
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(', ')
    throw new FacetError('invalid_request', `Missing required arguments: ${names}`)
  }
  const fill = (text: string) =>
    text.replace(PLACEHOLDER, (_, name: string) => (Object.hasOwn(args, name) ? args[name]! : ''))
  const messages = record.content!.messages as JsonObject[]
  const { description } = record.definition
  return {
    ...(description === undefined ? {} : { description }),
    messages: messages.map((message) => {
      const content = message.content as JsonObject
      if (content.type !== 'text') return message
      return { ...message, content: { ...content, text: fill(String(content.text)) } }
    }),
  }
}
