import { Textarea, type TextareaProps } from '@mantine/core'
import { ApiError } from '../api/problem.ts'

interface Props extends Omit<TextareaProps, 'onChange' | 'value'> {
  readonly value: string
  readonly onChange: (value: string) => void
}

/** An object written as JSON; a mistake is told as soon as it is there. */
export function JsonInput({ value, onChange, ...rest }: Props) {
  return (
    <Textarea
      autosize
      minRows={2}
      maxRows={12}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      {...rest}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={mistakeOf(value)}
    />
  )
}

/** The object a text says; nothing written is the empty one. @throws {ApiError} `invalid_json` */
export function parseJson(text: string): Record<string, unknown> {
  const mistake = mistakeOf(text)
  if (mistake !== undefined) throw new ApiError(400, 'invalid_json', mistake)
  return text.trim() === '' ? {} : JSON.parse(text)
}

function mistakeOf(text: string): string | undefined {
  if (text.trim() === '') return undefined
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? undefined : 'Expected an object: { "team": "risk" }'
  } catch (error) {
    return `This is not JSON: ${(error as Error).message}`
  }
}
