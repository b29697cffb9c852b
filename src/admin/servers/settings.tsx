import { Accordion, Text } from '@mantine/core'
import type { ProblemItem } from '../api/problem.ts'
import type { SettingsProps } from './form.ts'
import { Overrides } from './overrides.tsx'
import { Changing } from './settings-changing.tsx'
import { Shown } from './settings-shown.tsx'
import { Size } from './settings-size.tsx'

interface Props extends SettingsProps {
  readonly isNew: boolean
  readonly errors: readonly ProblemItem[]
}

/** Everything of a server besides its rules and its access; what is set is told while it is closed. */
export function Settings({ form, isNew, errors, onChange }: Props) {
  const { overrides, max_tools, max_tokens, cache_ttl, admission, naming, exposure } = form
  const limits = [
    max_tools === null ? '' : `${max_tools} tools`,
    max_tokens === null ? '' : `${max_tokens} tokens`,
  ]
  const sections = [
    {
      value: 'shown',
      label: 'How clients see it',
      set: [naming === 'plain' ? '' : 'prefixed names', exposure === 'direct' ? '' : 'search'],
      content: <Shown form={form} isNew={isNew} onChange={onChange} />,
    },
    {
      value: 'size',
      label: 'How large it may be',
      set: limits,
      content: <Size form={form} onChange={onChange} />,
    },
    {
      value: 'changing',
      label: 'When its entries change',
      set: [
        admission === 'auto' ? '' : 'under review',
        cache_ttl === 0 ? '' : `frozen ${cache_ttl} s`,
      ],
      content: <Changing form={form} onChange={onChange} />,
    },
    {
      value: 'overrides',
      label: 'Entries shown differently',
      set: [overrides.length === 0 ? '' : `${overrides.length}`],
      content: <Overrides form={form} errors={errors} onChange={onChange} />,
    },
  ]
  return (
    <Accordion variant="contained" multiple keepMounted={false} order={2}>
      {sections.map(({ value, label, set, content }) => (
        <Accordion.Item key={value} value={value}>
          <Accordion.Control>
            {label}{' '}
            <Text span size="sm" c="dimmed">
              {set.filter((each) => each !== '').join(', ')}
            </Text>
          </Accordion.Control>
          <Accordion.Panel>{content}</Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  )
}
