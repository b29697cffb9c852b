import { MultiSelect, Select, Stack, TagsInput, Textarea, TextInput } from '@mantine/core'
import type { ServerForm, SettingsProps } from './form.ts'

const NAMINGS = [
  { value: 'plain', label: 'as the sources name them' },
  { value: 'prefixed', label: 'with the source in front: github_create_issue' },
]

const EXPOSURES = [
  { value: 'direct', label: 'every tool is listed' },
  { value: 'search', label: 'tools to search, and pinned ones' },
]

const ALIASES = [
  { value: 'gateway', label: 'list_servers, get_server_tools, execute_tool' },
  { value: 'proxy', label: 'proxy__tools, proxy__run' },
]

export function Shown({ form, isNew, onChange }: SettingsProps & { readonly isNew: boolean }) {
  return (
    <Stack gap="sm">
      {isNew && (
        <TextInput
          label="Id"
          description="It is in every address of the server, and stays. Without one, it is made of the name."
          value={form.id}
          onChange={(event) => onChange({ id: event.currentTarget.value })}
        />
      )}
      <Textarea
        label="Instructions"
        description="Told to clients when they connect; models read them."
        autosize
        minRows={2}
        maxLength={16_384}
        value={form.instructions}
        onChange={(event) => onChange({ instructions: event.currentTarget.value })}
      />
      <Select
        label="Names of tools and prompts"
        allowDeselect={false}
        data={NAMINGS}
        value={form.naming}
        onChange={(naming) => onChange({ naming: naming as ServerForm['naming'] })}
      />
      <Select
        label="What is listed"
        allowDeselect={false}
        data={EXPOSURES}
        value={form.exposure}
        onChange={(exposure) => onChange({ exposure: exposure as ServerForm['exposure'] })}
      />
      {form.exposure === 'search' && (
        <>
          <TagsInput
            label="Pinned tools"
            description="By the names that clients see."
            value={[...form.pinned]}
            onChange={(pinned) => onChange({ pinned })}
          />
          <MultiSelect
            label="More tools, for clients that know them"
            data={ALIASES}
            value={[...form.search_aliases]}
            onChange={(aliases) =>
              onChange({ search_aliases: aliases as ServerForm['search_aliases'] })
            }
          />
        </>
      )}
    </Stack>
  )
}
