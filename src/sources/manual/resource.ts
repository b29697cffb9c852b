import { PLACEHOLDER } from '../../catalog/input.ts'
import type { EntryRecord, JsonObject } from '../../store/ports.ts'

/** The contents of a resource, or of what a template stands for, posted by hand. */
export function readManual(
  record: EntryRecord,
  uri: string,
  variables: Readonly<Record<string, string>>,
): JsonObject {
  const { text, blob } = record.content!
  const { mimeType } = record.definition
  const filled =
    record.type === 'resource_template'
      ? String(text).replace(PLACEHOLDER, (_, name: string) => variables[name] ?? '')
      : text
  return {
    contents: [
      {
        uri,
        ...(mimeType === undefined ? {} : { mimeType }),
        ...(blob === undefined ? { text: filled! } : { blob }),
      },
    ],
  }
}
