import { Button, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { isManaged } from '../api/origin.ts'
import type { Source } from '../api/types.ts'
import { Delete } from '../parts/delete.tsx'
import { FormModal } from '../parts/form-modal.tsx'
import { ChangeSource } from './change-source.tsx'

/** A source that was added here can be changed and deleted here. */
export function SourceActions({ source }: { source: Source }) {
  const { id, version } = source
  const [isChanging, changing] = useDisclosure()
  if (isManaged(source)) {
    return (
      <Text size="xs" c="dimmed">
        set in the configuration
      </Text>
    )
  }
  return (
    <>
      <Button variant="default" size="xs" aria-label={`Change ${id}`} onClick={changing.open}>
        Change
      </Button>
      <Delete
        name={`Delete the source ${id}`}
        text={`Its entries leave the catalog and every server at once, with the tags they were given here.`}
        path={`/sources/${encodeURIComponent(id)}`}
        version={version}
        list="sources"
        onDone={() => undefined}
      />
      <FormModal title={`Change ${id}`} isOpen={isChanging} onClose={changing.close}>
        <ChangeSource source={source} onDone={changing.close} />
      </FormModal>
    </>
  )
}
