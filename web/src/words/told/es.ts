import { saying } from '../findings/es'
import { codeRefusals } from './codeRefusals'
import { ledgerRefusals } from './ledgerRefusals'
import { loss } from './losses'
import { nodeRefusals } from './nodeRefusals'
import { answer, evidence, form, journey, word } from './texts'

export type Said = { code?: string; values?: { [name: string]: string } | undefined }

/** texts are the sentences by what they are about, as schema/sayings.json has it. */
export const texts = { journey, evidence, form, answer, word }
export const pairs = {
  loss,
  refusal: { ...ledgerRefusals, ...codeRefusals, ...nodeRefusals } as Record<string, [string, string]>,
}

const all: Record<string, string> = { ...journey, ...evidence, ...form, ...answer }

/** told is a text of the node in Spanish: by its code, with its values, and undefined where it has none. `rule` says what a rule of verdicts says. */
export function told(said: Said | undefined, rule: (name: string) => string): string | undefined {
  const sentence = all[said?.code ?? '']
  if (sentence === undefined) return undefined
  const values = said?.values ?? {}
  return sentence.replace(/{{(\w+)}}/g, (_, name: string) => filled(name, values, rule))
}

// filled is a value as it stands in a sentence: words of closed lists in Spanish, all
// others as they are. An item that stands for several says how many more there are.
function filled(name: string, values: { [name: string]: string }, rule: (name: string) => string): string {
  const value = values[name] ?? ''
  if (name === 'rule') return rule(value)
  if (name === 'item' && values.more) return `${value} y otros ${values.more}`
  if (!closed.has(name)) return value
  return value
    .split(', ')
    .map((one) => word[one] ?? one)
    .join(', ')
}

const closed = new Set(['state', 'data', 'answer', 'marks', 'resolution', 'verdict'])

/** refusal is what a refusal says in Spanish, by its code: what is so, and what to do now. */
export function refusal(code: string): { text: string; next: string } | undefined {
  const own = pairs.refusal[code]
  if (own) return { text: own[0], next: own[1] }
  const found = saying(code) // what is wrong in a document refuses it
  return found ? { text: found.text, next: found.next } : undefined
}

/** lost is what a conversion can't carry over, by its code. */
export function lost(code: string): { text: string; next: string } | undefined {
  const own = loss[code]
  return own && { text: own[0], next: own[1] }
}

const read = 'Lea abajo lo que dijo el nodo.'
const again = 'Intente de nuevo dentro de un momento. Si no mejora, avise a quien opera el nodo.'

/** statuses are what an answer without a code says, by its HTTP status: [what is so, what to do now]. */
export const statuses: Record<number, [string, string]> = {
  400: ['El nodo no entendió lo que se le pidió.', read],
  403: ['Usted no puede hacer esto.', 'Pida el permiso a un administrador de su organización.'],
  404: ['Ahí no hay nada.', 'Compruebe el número o la dirección.'],
  405: ['Esa dirección no admite ese acto.', read],
  406: ['El nodo no tiene la respuesta en esa forma.', read],
  408: ['El envío tardó demasiado.', 'Envíelo de nuevo con mejor conexión.'],
  409: ['No se puede hacer tal como están las cosas.', read],
  410: ['Ya no se puede hacer, o aún no.', read],
  412: ['Alguien lo cambió entretanto.', 'Vuelva a cargar la página e intente de nuevo.'],
  413: ['Es demasiado grande.', 'Envíelo en partes.'],
  415: ['El nodo no lee esa clase de archivo.', read],
  422: ['Algo de lo enviado no está bien.', 'Corrija lo que se nombra abajo y envíelo de nuevo.'],
  429: ['Es más de lo que se toma a la vez.', again],
  500: ['Algo falló en el nodo.', 'Copie lo que dijo y avise a quien opera el nodo.'],
  502: ['Algo entre este aparato y el nodo no contesta bien.', again],
  503: ['El nodo no puede ahora.', again],
  504: ['El nodo no contestó a tiempo.', again],
}

/** refusedBy is what a refusal without a code says. */
export function refusedBy(status: number): { text: string; next: string } {
  const [text, next] = statuses[status] ?? ['El nodo no lo aceptó.', read]
  return { text, next }
}
