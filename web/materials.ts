// Notes which packages are in the built console, with their licences, for the program's list of materials.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import type { Plugin } from 'vite'

const permitted = ['Apache-2.0', 'MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'MPL-2.0', 'OFL-1.1']

type Material = { name: string; version: string; licence: string; integrity: string; text: string }

const root = import.meta.dirname

// packageOf is the folder of the package that a file of node_modules belongs to.
function packageOf(file: string): string | undefined {
  const at = file.lastIndexOf(`${sep}node_modules${sep}`)
  if (at < 0) return undefined
  for (let dir = dirname(file.split('?')[0] as string); dir.length > at + 13; dir = dirname(dir)) {
    const about = join(dir, 'package.json')
    if (existsSync(about)) {
      const { name, version } = JSON.parse(readFileSync(about, 'utf8'))
      if (name && version) return dir // others tell only how the files beside them are read
    }
  }
  return undefined
}

function materialOf(dir: string, locked: Record<string, { integrity?: string }>): Material {
  const { name, version, license: licence } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'))
  if (!permitted.includes(licence)) throw new Error(`${name} ${version} is licensed as ${licence}, which is none of the permitted licences`)
  const file = readdirSync(dir).find((f) => /^(licen[cs]e|copying)/i.test(f))
  if (!file) throw new Error(`${name} ${version} has no licence file`)
  const integrity = locked[dir.slice(root.length + 1).replaceAll(sep, '/')]?.integrity
  if (!integrity) throw new Error(`package-lock.json does not say which ${name} this is`)
  return { name, version, licence, integrity, text: readFileSync(join(dir, file), 'utf8').trim() }
}

/** materials writes materials.json: each package of which something is in the console, by name. */
export const materials = (): Plugin => ({
  name: 'materials',
  apply: 'build',
  generateBundle(_, bundle) {
    const files = Object.values(bundle).flatMap((part) => (part.type === 'chunk' ? part.moduleIds : part.originalFileNames.map((f) => join(root, f))))
    const dirs = new Set(files.flatMap((f) => packageOf(f) ?? []))
    const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
    const list = [...dirs].map((d) => materialOf(d, packages))
    // The outline map was made of files from packages that are not needed to build (web/outline/README.md).
    if (files.some((f) => f.endsWith(`${sep}outline.json`))) list.push(...JSON.parse(readFileSync(join(root, 'outline', 'materials.json'), 'utf8')))
    list.sort((a, b) => (a.name < b.name ? -1 : 1))
    this.emitFile({ type: 'asset', fileName: 'materials.json', source: JSON.stringify(list, null, 1) })
  },
})
