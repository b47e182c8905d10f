// The signing mark of a validator: two records of 512 bytes.
import { big, concat, equal, utf8 } from './bytes.mjs'
import { sha256 } from './hash.mjs'

const magic = utf8('PDGMARK1')
const size = 512

// writeMark lays a record out.
export function writeMark({ seq, key, height, round, step, signBytes, signature }) {
  const said = concat(magic, big(seq, 8), key, big(height, 8), big(round, 4), step, big(signBytes.length, 2), signBytes, signature.length, signature)
  const text = concat(said, new Uint8Array(size - 32 - said.length))
  return concat(text, sha256(text))
}

// readMark reads a record and refuses any byte that writeMark would not write.
export function readMark(b) {
  const view = new DataView(b.buffer, b.byteOffset, b.length)
  if (b.length !== size || !equal(b.subarray(0, 8), magic)) throw new Error('no record')
  const length = view.getUint16(61)
  const behind = 63 + length
  const record = {
    seq: Number(view.getBigUint64(8)), key: b.slice(16, 48), height: Number(view.getBigUint64(48)), round: view.getUint32(56), step: b[60],
    signBytes: b.slice(63, behind), signature: b.slice(behind + 1, behind + 1 + b[behind]),
  }
  if (length > 320 || record.signature.length > 64 || !equal(writeMark(record), b)) throw new Error('bytes that nobody wrote')
  return record
}

// newestMark gives the later of the two records, which must follow each other.
export function newestMark(evenBytes, oddBytes) {
  const [even, odd] = [readMark(evenBytes), readMark(oddBytes)]
  if (even.seq % 2 !== 0 || odd.seq % 2 !== 1 || !equal(even.key, odd.key) || Math.abs(even.seq - odd.seq) !== 1) throw new Error('records that do not follow each other')
  return even.seq > odd.seq ? even : odd
}
