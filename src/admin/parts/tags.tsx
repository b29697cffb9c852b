import { Badge, Group } from '@mantine/core'

export function Tags({ tags }: { tags: readonly string[] }) {
  return (
    <Group gap={4}>
      {tags.map((tag) => (
        <Badge key={tag} color="indigo" maw={200} title={tag}>
          {tag}
        </Badge>
      ))}
    </Group>
  )
}
