import '@mantine/core/styles.css'
import './shell/shell.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { nonce } from './shell/nonce.ts'
import { Root } from './shell/root.tsx'

// Scroll locks of dialogs write a style element; the library they come with looks here for it.
Object.assign(globalThis, { __webpack_nonce__: nonce })

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Root />
  </StrictMode>,
)
