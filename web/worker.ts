// Makes the service worker: its code, behind the list of the files that this build consists of.
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

const root = import.meta.dirname
const apart = /^materials\.json$/ // for the program, not for the pages

/** worker writes worker.js. Its version is a hash of all files, so a build of the same sources gives the same one. */
export const worker = (base: string): Plugin => ({
  name: 'worker',
  apply: 'build',
  enforce: 'post',
  generateBundle(_, bundle) {
    const sum = createHash('sha256')
    const names: string[] = []
    const add = (name: string, content: string | Uint8Array) => {
      names.push(name)
      sum.update(`${name}\n`).update(content)
    }
    for (const name of Object.keys(bundle).sort()) {
      const part = bundle[name]
      if (part && name !== 'index.html' && !apart.test(name)) add(name, part.type === 'chunk' ? part.code : part.source)
    }
    const page = bundle['index.html']
    sum.update(page?.type === 'asset' ? page.source : readFileSync(join(root, 'index.html')))
    for (const name of readdirSync(join(root, 'public')).sort()) add(name, readFileSync(join(root, 'public', name)))
    const code = readFileSync(join(root, 'src/offline/worker.js'), 'utf8')
    sum.update(code)
    const files = [base, ...names.map((n) => base + n)]
    this.emitFile({
      type: 'asset',
      fileName: 'worker.js',
      source: `const VERSION = '${sum.digest('hex').slice(0, 16)}'\nconst FILES = ${JSON.stringify(files)}\n${code}`,
    })
  },
})
