// Values of the state, statements and attributes.
import { decode, encode } from './cbor.mjs'
import { hash, hashOrNone, key, list, only, orNull, struct, text, uint } from './shape.mjs'

const transit = struct({ to: orNull(key), toHolder: orNull(key), back: orNull(key), deadline: uint(), memo: hashOrNone })
const parent = struct({ origin: hash, leaf: hash })
const nothing = only(null)
const extras = { 1: nothing, 2: transit, 3: parent, 4: uint(4) }

const recordFields = {
  state: uint(4), flags: uint(63), depth: uint(12), root: hashOrNone, owner: orNull(key), holder: orNull(key),
  out: uint(), kids: uint(), ack: uint(), at: uint(), nest: uint(6),
}

// record is [.., extra], where extra's shape follows from the state.
export const record = {
  read: (item) => {
    const extra = extras[Array.isArray(item) ? item[0] : 0]
    if (!extra) throw new Error('a record without a state')
    return struct({ ...recordFields, extra }).read(item)
  },
  write: (v) => struct({ ...recordFields, extra: extras[v.state] }).write(v),
}

const suite = uint()
export const originState = struct({
  at: uint(), day: uint(), suite: { ...suite, read: only(1).read }, class: uint(4), until: uint(), stmt: hashOrNone, tagRoot: hashOrNone, root2: hashOrNone,
  live: uint(), acked: uint(), recall: uint(),
  ended: {
    read: (item) => {
      if (!Array.isArray(item) || item.length !== 4) throw new Error('four counts are expected')
      return item.map(uint().read)
    },
    write: (v) => v,
  },
  parents: list(hash, 64), closed: uint(),
})

export const member = struct({
  name: text(120), standing: uint(3), roles: uint(1023), admitted: uint(),
  ids: list(struct({ kind: uint(3), value: text(20) }), 32),
  keys: list(struct({ id: uint(), key, from: uint(), to: uint(), compromised: uint() }), 32),
  prefixes: list(struct({ prefix: text(14), from: uint(), to: uint(), owner: text(32) }), 64),
  licences: list(
    struct({
      role: uint(1023), place: text(40), number: text(40), fromDay: uint(), toDay: uint(), recorded: uint(), revoked: uint(), by: text(32),
    }),
    64,
  ),
})

export const statement = struct({
  version: only(1), chain: text(50), origin: hash, org: text(32), keyID: uint(),
  items: list(struct({ gtin: text(14), lot: text(20), expiry: text(6) }), 16),
})

// attrs is the one map: {1: lot, 2: expiry, 3: kind, 4: quantity}, absent members
// left out.
const attrNames = ['lot', 'expiry', 'kind', 'quantity']
const attrShapes = [text(20), text(6), uint(4), uint(1e9)]

export const attrs = {
  read: (item) => {
    if (!(item instanceof Map)) throw new Error('a map is expected')
    const out = { lot: '', expiry: '', kind: 0, quantity: 0 }
    for (const [k, v] of item) {
      if (k < 1 || k > 4) throw new Error(`attribute ${k}`)
      out[attrNames[k - 1]] = attrShapes[k - 1].read(v)
      if (!v) throw new Error('an empty attribute is left out')
    }
    return out
  },
  write: (v) => new Map(attrNames.map((name, i) => [i + 1, v[name]]).filter(([, x]) => x)),
}

export const readValue = (shape, b, options) => shape.read(decode(b, options))
export const readAttrs = (b) => readValue(attrs, b, { maps: true })
export const writeValue = (shape, v) => encode(shape.write(v))

export const classes = { made: 1, repacked: 2, introduced: 3, box: 4 }
export const states = { live: 1, transit: 2, packed: 3, ended: 4 }
export const makerRoles = 1 | 2

// heldKey gives a member's key entry by id if it was in use at a height, in whosever hands.
export function heldKey(m, id, height) {
  const h = BigInt(height)
  return m.keys.find((k) => BigInt(k.id) === BigInt(id) && BigInt(k.from) <= h && (BigInt(k.to) === 0n || h < BigInt(k.to)))
}

// keyAt gives a member's key by id if it was valid at a height.
export function keyAt(m, id, height) {
  const k = heldKey(m, id, height)
  return k && (BigInt(k.compromised) === 0n || BigInt(height) < BigInt(k.compromised)) ? k.key : undefined
}

// licensedOn tells whether a licence for one of the roles held on a day, among
// those recorded by a height.
export function licensedOn(m, roles, day, height) {
  const d = BigInt(day)
  return m.licences.some(
    (l) => (l.role & roles) !== 0 && BigInt(l.recorded) <= BigInt(height) && BigInt(l.fromDay) <= d && d <= BigInt(l.toDay) &&
      (BigInt(l.revoked) === 0n || d < BigInt(l.revoked)),
  )
}

// ownsPrefix tells whether digits begin with a prefix of the member's at a height.
export function ownsPrefix(m, digits, height) {
  const h = BigInt(height)
  return m.prefixes.some((p) => digits.startsWith(p.prefix) && BigInt(p.from) <= h && (BigInt(p.to) === 0n || h < BigInt(p.to)))
}
