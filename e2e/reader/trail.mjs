// The audit trail: each line is hashed with the hash of the one before.
import { big, concat, hex, utf8 } from './bytes.mjs'
import { sha256 } from './hash.mjs'

const sized = (text) => concat(big(utf8(text).length, 4), utf8(text))

function lineHash(l, org, before) {
  const at = Date.parse(l.at)
  return hex(sha256(utf8('pedigree audit v1'), big(l.seq, 8), big(at, 8), ...[before, org, l.who, l.act, l.object, l.outcome].map(sized)))
}

const names = ['act', 'at', 'hash', 'object', 'outcome', 'seq', 'who']

// Trail checks lines as they come; anchor is the hash that the ledger holds, or ''.
export class Trail {
  constructor(org, anchor) {
    Object.assign(this, { org, anchor, seq: 0, hash: '', anchored: 0, restored: 0, open: 0 })
  }

  add(l) {
    if (Object.keys(l).sort().join() !== names.join()) throw new Error('not a line of a trail')
    if (l.seq !== this.seq + 1) throw new Error(`line ${l.seq} comes after line ${this.seq}: one is missing, or was put in or moved`)
    if (lineHash(l, this.org, this.hash) !== l.hash) throw new Error(`line ${l.seq} (${l.act}) is not the one that was written after line ${this.seq}`)
    this.seq = l.seq
    this.hash = l.hash
    if (this.anchor && l.hash === this.anchor) this.anchored = l.seq
    if (l.act !== 'restore') return
    // a restored backup lacks lines; two lines tell of that
    if (this.anchor && l.object === `lost the lines up to ${this.anchor}`) this.restored = l.seq
    this.open = l.object.startsWith('backup of height ') ? l.seq : 0
  }

  end() {
    if (this.anchor && !this.anchored && !this.restored && !this.open) throw new Error(`no line has the hash ${this.anchor} that the ledger holds: lines were rewritten, or removed from the end`)
  }
}
