import { Tabs } from '@mantine/core'
import { type ReactNode, Suspense } from 'react'
import { useLocation } from 'wouter'
import { Loading } from './loading.tsx'

interface Props {
  /** The address before the name of a tab. */
  readonly base: string
  /** The tab that the address names; without one, or with one there is not, the first is shown. */
  readonly tab: string | undefined
  readonly pages: Readonly<Record<string, { readonly label: string; readonly page: ReactNode }>>
}

/** Tabs that are addresses: each can be linked to, and going back goes back to the one before. */
export function TabPages({ base, tab = '', pages }: Props) {
  const [, go] = useLocation()
  const shown = Object.hasOwn(pages, tab) ? tab : Object.keys(pages)[0]
  return (
    <Tabs value={shown} onChange={(next) => go(`${base}/${next}`)} keepMounted={false}>
      <Tabs.List mb="md">
        {Object.entries(pages).map(([value, { label }]) => (
          <Tabs.Tab key={value} value={value}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {Object.entries(pages).map(([value, { page }]) => (
        <Tabs.Panel key={value} value={value}>
          <Suspense fallback={<Loading />}>{page}</Suspense>
        </Tabs.Panel>
      ))}
    </Tabs>
  )
}
