import { SegmentedControl, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, read } from '../api/client.ts'
import { Ago } from '../parts/ago.tsx'
import { Answer } from '../parts/answer.tsx'
import { Empty } from '../parts/empty.tsx'
import { Rows } from '../parts/rows.tsx'

const WINDOWS = [
  { value: '1', label: 'Last day' },
  { value: '7', label: 'Last week' },
  { value: '30', label: 'Last 30 days' },
]

const DAY_MS = 86_400_000
const EVERY_MS = 10_000

const HEADS = ['Caller', 'Calls', 'Errors', 'Denied', 'Lists', 'Time each', 'Last'] as const

/** How much every caller did, most calls first. */
export function UsageTable() {
  const [days, setDays] = useState('1')
  const usage = useQuery({
    queryKey: ['usage', days],
    queryFn: () => {
      const since = new Date(Date.now() - Number(days) * DAY_MS).toISOString()
      return read(api.usage.$get({ query: { since } }))
    },
    placeholderData: (before) => before,
    refetchInterval: EVERY_MS,
  })
  return (
    <>
      <SegmentedControl
        aria-label="How far back"
        mb="sm"
        value={days}
        onChange={setDays}
        data={WINDOWS}
      />
      <Answer of={usage}>
        {(data) =>
          data.callers.length === 0 ? (
            <Empty text="Nobody called anything in this time." />
          ) : (
            <Rows heads={HEADS}>
              {data.callers.map(
                ({ caller, calls, errors, denied, lists, ms, last_at, servers }) => (
                  <Table.Tr key={caller} className="row">
                    <Table.Td>
                      <Text size="sm" fw={600} className="foreign">
                        {caller}
                      </Text>
                      <Text size="xs" c="dimmed" className="foreign clamp">
                        {servers.map(({ server }) => server ?? 'no server').join(', ')}
                      </Text>
                    </Table.Td>
                    {[calls, errors, denied, lists].map((value, i) => (
                      <Table.Td key={HEADS[i + 1]}>{value.toLocaleString('en')}</Table.Td>
                    ))}
                    <Table.Td>{calls === 0 ? '' : `${Math.round(ms / calls)} ms`}</Table.Td>
                    <Table.Td>
                      <Ago at={last_at} />
                    </Table.Td>
                  </Table.Tr>
                ),
              )}
            </Rows>
          )
        }
      </Answer>
    </>
  )
}
