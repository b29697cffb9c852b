import type { JsonObject } from '../../store/ports.ts'

const text = (description: string): JsonObject => ({ type: 'string', description })
const annotations = { destructiveHint: false, openWorldHint: false }
const GROUP = 'Name of the group, as gate_status says'

/** Tools of a server by which its caller unlocks groups of entries. */
export const GATE_TOOLS: readonly JsonObject[] = [
  {
    name: 'gate_unlock',
    title: 'Unlock a group',
    description:
      'Unlocks a group of tools that is locked. Ask the user for the code of their authenticator; never make one up.',
    inputSchema: {
      type: 'object',
      properties: { group: text(GROUP), code: text('The six digits the user reads out') },
      required: ['group', 'code'],
    },
    annotations: { ...annotations, readOnlyHint: false, idempotentHint: false },
  },
  {
    name: 'gate_lock',
    title: 'Lock a group',
    description: 'Locks a group of tools again, or all of them.',
    inputSchema: {
      type: 'object',
      properties: { group: text(`${GROUP}; all groups when absent`) },
    },
    annotations: { ...annotations, readOnlyHint: false, idempotentHint: true },
  },
  {
    name: 'gate_status',
    title: 'Which groups are locked',
    description: 'Says which groups of tools are locked, and for how long the others stay open.',
    inputSchema: { type: 'object', properties: {} },
    outputSchema: {
      type: 'object',
      properties: { groups: { type: 'array', items: { type: 'object' } } },
      required: ['groups'],
    },
    annotations: { ...annotations, readOnlyHint: true, idempotentHint: true },
  },
]

/** Names no entry can have as soon as there is a group anywhere: codes must not be told to others. */
export const GATE_NAMES: readonly string[] = GATE_TOOLS.map(({ name }) => String(name))
