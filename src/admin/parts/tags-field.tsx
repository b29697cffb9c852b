import { TagsInput, type TagsInputProps } from '@mantine/core'
import { useState } from 'react'
import { useTellUnsaved } from './tell-unsaved.ts'

/** A list of words, of which the last may not be one yet: it counts as written all the same. */
export function TagsField(props: Omit<TagsInputProps, 'onSearchChange'>) {
  const [typed, setTyped] = useState('')
  useTellUnsaved(typed.trim() !== '')
  // A list with nothing in it would take an Escape that is meant for the dialog.
  const isOpen = props.data ? {} : { dropdownOpened: false }
  return <TagsInput {...props} {...isOpen} onSearchChange={setTyped} />
}
