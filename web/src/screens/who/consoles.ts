// The consoles of other organisations that a person works for, kept in this browser.
export type Console = { name: string; url: string }

const key = 'pedigree.consoles'
const most = 20
const nameMost = 80

/** consoleAt is the console at an address as somebody types it; nothing where that is none of the web. */
export function consoleAt(text: string): string | undefined {
  try {
    const url = new URL(/^[a-z]+:/i.test(text.trim()) ? text.trim() : `https://${text.trim()}`)
    return /^https?:$/.test(url.protocol) ? `${url.origin}/console/` : undefined
  } catch {
    return undefined
  }
}

/** readConsoles reads them; what somebody else put there is left out. */
export function readConsoles(): Console[] {
  try {
    const list = JSON.parse(localStorage.getItem(key) ?? '[]') as Console[]
    return list.filter((c) => typeof c?.name === 'string' && consoleAt(c.url) === c.url).slice(0, most)
  } catch {
    return []
  }
}

/** withConsole keeps one, in place of an earlier one at its address. */
export function withConsole(list: readonly Console[], { name, url }: Console): Console[] {
  const text = name.trim().slice(0, nameMost)
  return [...list.filter((c) => c.url !== url), { name: text, url }].slice(-most)
}

export const writeConsoles = (list: readonly Console[]) => localStorage.setItem(key, JSON.stringify(list))
