// The private store's sealed values and keys.
import { createCipheriv, createHmac } from 'node:crypto'
import { big, concat, fromHex, utf8 } from './bytes.mjs'
import { hkdf, openBox } from './hpke.mjs'

export const ownSecret = (key, label) => hkdf(key, utf8(`pedigree vault own ${label}`))
export const callerSecret = (key, label) => hkdf(key, utf8(`pedigree vault caller ${label}`))

// readKeyFile reads the text of a key file.
export function readKeyFile(text) {
  const match = /^pedigree vault key v1\n([0-9a-fA-F]{64})\n?$/.exec(text)
  if (!match || /^0+$/.test(match[1])) throw new Error('no vault key')
  return fromHex(match[1].toLowerCase())
}

// openSealed opens version, salt, nonce, text, tag.
export function openSealed(secret, context, b) {
  if (b.length < 45 || b[0] !== 1) throw new Error('cut off, or of another version')
  const key = hkdf(secret, utf8('pedigree sealed value v1'), 32, b.subarray(1, 17))
  return openBox(key, b.subarray(17, 29), context, b.subarray(29))
}

// fingerprint finds equal values without confirming a guess.
export function fingerprint(secret, ...parts) {
  const mac = createHmac('sha256', secret)
  for (const p of parts) mac.update(concat(big(p.length, 8), p))
  return new Uint8Array(mac.digest())
}

// headContext binds the head of a document to the other columns of its row.
export function headContext({ id, size, created, direction, mediaType, content, partner }) {
  const parts = [utf8(direction), utf8(mediaType), fromHex(content), fromHex(partner)]
  return concat(utf8('pedigree document v1'), big(id, 8), big(size, 8), big(created, 8), ...parts.flatMap((p) => [big(p.length, 4), p]))
}

const chunkContext = (position, last) => concat(utf8('pedigree chunk v1'), big(position, 4), last ? 1 : 0)

// openChunk opens one stored part of a document.
export function openChunk(key, position, last, body) {
  return openBox(key, body.subarray(0, 12), chunkContext(position, last), body.subarray(12))
}

// sealChunk seals one with a nonce that is known already.
export function sealChunk(key, nonce, position, last, plain) {
  const box = createCipheriv('aes-256-gcm', key, nonce)
  box.setAAD(chunkContext(position, last))
  return concat(nonce, box.update(plain), box.final(), box.getAuthTag())
}

// answerContext binds an answer to its row. The text begins with the request's hash.
export const answerContext = ({ key, route }) => concat(utf8('pedigree answer v2'), big(utf8(key).length, 4), utf8(key), utf8(route))
