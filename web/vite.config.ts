import react from '@vitejs/plugin-react'
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { type Plugin, defineConfig } from 'vite'
import { materials } from './materials.ts'
import { worker } from './worker.ts'

const out = 'console/built'
const base = '/console/'

// The program embeds each file compressed beforehand, and sends it as it is.
const compress = (): Plugin => ({
  name: 'compress',
  apply: 'build',
  buildStart: () => {
    for (const name of readdirSync(out)) if (!name.endsWith('.md') && !name.startsWith('.')) rmSync(join(out, name), { recursive: true })
  },
  closeBundle: () => {
    const walk = (dir: string) => {
      for (const name of readdirSync(dir)) {
        const path = join(dir, name)
        if (statSync(path).isDirectory()) walk(path)
        else if (!/\.(br|gz|woff2|md)$/.test(name)) {
          const raw = readFileSync(path)
          writeFileSync(`${path}.gz`, gzipSync(raw, { level: 9 }))
          writeFileSync(`${path}.br`, brotliCompressSync(raw, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: raw.length } }))
          rmSync(path)
        }
      }
    }
    walk(out)
  },
})

// What every page needs goes as one file: each file costs some 700 bytes of headers, and
// the first screen may take 200 kB in all.
const everywhere = new RegExp(
  [
    'node_modules/(react|react-dom|scheduler|use-sync-external-store|i18next|react-i18next|openapi-fetch)/',
    'node_modules/@tanstack/(query-core|react-query|history|router-core|react-router|store|react-store)/',
    'src/(api/client|app/(me|places|recognise|scans|openapi|face|names)|words/(area|en|index|plain)|offline/(state|id))\\.',
    'src/parts/(Shapes|When|Clock|Fault|word|save)\\.',
  ].join('|'),
)

export default defineConfig({
  base,
  plugins: [react(), materials(), worker(base), compress()],
  publicDir: 'public',
  build: {
    outDir: out,
    emptyOutDir: false,
    assetsInlineLimit: 0, // the content-security policy allows no data: scripts
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'everywhere', test: everywhere }] } } },
  },
})
