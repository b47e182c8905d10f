// Texts of the node that speak to who types commands as well. Who reads a screen has
// buttons, and may have no command line.

const command = /\bpedigree\s+(?!(?:is|was|does|has|and|that)\b)[a-z][a-z-]*/
const bracket = /\s*\([^()]*\bpedigree\s+[a-z][^()]*\)/g
const breaks = /[;:,](?=\s)|\.(?=\s|$)|\s(?=(?:with|by|or run|run)\s+pedigree\s)/g
const dangling = /(?:[;:,]|\.(?=\s))\s+(?:\S+\s+){0,2}(?:them|it|or)$/ // what asked for the command alone

/** namesCommand tells whether a text has a command line in it. */
export const namesCommand = (text: string) => command.test(text)

/** plain is a text of the node without the command lines in it: a bracket that names one goes, and else the part of the sentence that does. */
export function plain(text: string): string {
  let left = text.replace(bracket, '')
  for (let found = command.exec(left); found; found = command.exec(left)) {
    const marks = [...left.matchAll(breaks)].map((m) => m.index)
    const from = Math.max(0, ...marks.filter((at) => at < (found?.index ?? 0)))
    const to = marks.find((at) => at > (found?.index ?? 0) && /[;.]/.test(left[at] ?? '')) ?? left.length
    left = left.slice(0, from).replace(dangling, '') + left.slice(to)
  }
  return left.replace(/^[;:,.\s]+/, '').replace(/[;:,\s]+$/, '')
}
