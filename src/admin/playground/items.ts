import {
  type Client,
  type Prompt,
  type Resource,
  type ResourceTemplateType,
  type Tool,
  UriTemplate,
} from '@modelcontextprotocol/client'
import { type Field, fieldsOf } from './arguments.ts'

/** What a server lists. */
export interface Lists {
  readonly tools: readonly Tool[]
  readonly prompts: readonly Prompt[]
  readonly resources: readonly Resource[]
  readonly templates: readonly ResourceTemplateType[]
}

/** Something listed, with what its form asks for and what the form then does. */
export interface Item {
  /** Told apart by kind: a tool and a prompt may have one name. */
  readonly key: string
  readonly name: string
  /** The address of a resource: two may have one name. */
  readonly uri?: string
  readonly description: string | undefined
  readonly fields: readonly Field[]
  readonly verb: 'Call' | 'Get' | 'Read'
  /** What the server answers, as it came. @throws what the server or the way there says */
  ask(client: Client, written: Readonly<Record<string, unknown>>): Promise<Answer>
}

export type Answer = Readonly<Record<string, unknown>>

/** What is listed, by kind; kinds with nothing in them are left out. */
export function groupsOf({ tools, prompts, resources, templates }: Lists) {
  const groups = [
    { label: 'Tools', items: tools.map(toolItem) },
    { label: 'Prompts', items: prompts.map(promptItem) },
    {
      label: 'Resources',
      items: [...resources.map(resourceItem), ...templates.map(templateItem)],
    },
  ]
  return groups.filter(({ items }) => items.length > 0)
}

function toolItem({ name, description, inputSchema }: Tool): Item {
  return {
    key: `tool ${name}`,
    name,
    description,
    fields: fieldsOf(inputSchema),
    verb: 'Call',
    ask: (client, written) => client.callTool({ name, arguments: { ...written } }),
  }
}

function promptItem({ name, description, arguments: args = [] }: Prompt): Item {
  return {
    key: `prompt ${name}`,
    name,
    description,
    fields: args.map((arg) => textField(arg.name, arg.description, arg.required)),
    verb: 'Get',
    ask: (client, written) =>
      client.getPrompt({ name, arguments: written as Record<string, string> }),
  }
}

function resourceItem({ name, uri, description }: Resource): Item {
  return {
    key: `resource ${uri}`,
    name,
    uri,
    description,
    fields: [],
    verb: 'Read',
    ask: (client) => read(client, uri),
  }
}

function templateItem({ name, uriTemplate, description }: ResourceTemplateType): Item {
  return {
    key: `template ${uriTemplate}`,
    name,
    uri: uriTemplate,
    description,
    fields: variablesOf(uriTemplate).map((variable) => textField(variable)),
    verb: 'Read',
    ask: async (client, written) =>
      read(client, new UriTemplate(uriTemplate).expand(written as Record<string, string>)),
  }
}

/** What the client keeps of an earlier answer is not what somebody who presses the button wants. */
const read = (client: Client, uri: string) =>
  client.readResource({ uri }, { cacheMode: 'refresh' }) as Promise<Answer>

/** A template that cannot be understood has none; reading says what is wrong with it. */
function variablesOf(template: string): string[] {
  try {
    return [...new Set(new UriTemplate(template).variableNames)]
  } catch {
    return []
  }
}

function textField(name: string, description = '', isRequired = false): Field {
  return { name, kind: 'text', description, isRequired, choices: [] }
}
