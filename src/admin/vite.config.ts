import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  base: '/admin/',
  plugins: [react()],
  build: {
    outDir: '../../dist/admin',
    emptyOutDir: true,
    target: 'es2024',
    // Everything is a file of its own: the content security policy allows no data addresses.
    assetsInlineLimit: 0,
    // The build reports sizes itself, of the page as it is loaded (scripts/build-admin.ts).
    reportCompressedSize: false,
    manifest: true,
    chunkSizeWarningLimit: 1000,
  },
})
