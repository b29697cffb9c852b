import { TextInput, type TextInputProps } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useState } from 'react'

/** A pause after which what was typed is looked for, in ms. */
const PAUSE_MS = 200

interface Props extends Omit<TextInputProps, 'value' | 'onChange'> {
  /** What is looked for now. */
  readonly value: string
  readonly onSearch: (value: string) => void
}

/** A field whose letters appear at once, however much there is to list for them. */
export function SearchInput({ value, onSearch, ...rest }: Props) {
  const [text, setText] = useState(value)
  const [told, setTold] = useState(value)
  const search = useDebouncedCallback((next: string) => {
    setTold(next)
    onSearch(next)
  }, PAUSE_MS)
  // Somebody went elsewhere: by a link, or back.
  if (value !== told) {
    setTold(value)
    setText(value)
  }
  return (
    <TextInput
      {...rest}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value)
        search(event.currentTarget.value)
      }}
    />
  )
}
