import { useQuery } from '@tanstack/react-query'
import { api, read } from '../api/client.ts'
import type { Words } from './words.ts'

/** The words a filter can be made of, as this service has them. */
export function useWords(type: Words['type'], withCaller = false): Words {
  const vocabulary = useQuery({
    queryKey: ['vocabulary'],
    queryFn: () => read(api.filters.vocabulary.$get()),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const tags = useQuery({ queryKey: ['tags'], queryFn: () => read(api.tags.$get()) })
  const sources = useQuery({ queryKey: ['sources'], queryFn: () => read(api.sources.$get()) })
  return {
    vocabulary: vocabulary.data,
    tags: tags.data?.tags.map(({ tag }) => tag) ?? [],
    sources: ['manual', ...(sources.data?.sources.map(({ id }) => id) ?? [])],
    type,
    withCaller,
  }
}
