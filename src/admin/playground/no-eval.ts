import { config } from 'zod/v4'

// The content security policy refuses code made from text; the library is not to try.
config({ jitless: true })
