// Trust files and what leads from them to a header.
import { equal, fromHex, Refused, refuseIf } from './bytes.mjs'
import { encode } from './cbor.mjs'
import { decodeParts, encodeParts, sha256, tagged } from './hash.mjs'
import { checkSet, setHash, setShape, signedHeaderShape, verifySigned } from './header.mjs'
import { list, orNull, struct } from './shape.mjs'

export const attestationShape = struct({
  links: list(struct({ signed: signedHeaderShape, next: setShape }), 64), signed: signedHeaderShape, validators: orNull(setShape),
})

export function fingerprint(trust) {
  return tagged('pedigree/trust/1', encode([1, trust.chain, trust.height, setShape.write(trust.validators)]))
}

// readTrust takes the parsed JSON of a trust file.
export function readTrust(json) {
  const names = ['chain', 'fingerprint', 'format', 'height', 'validators']
  const trust = { chain: json.chain, height: json.height, validators: json.validators.map((v) => ({ key: fromHex(v.key), power: v.power })) }
  refuseIf(Object.keys(json).sort().join() !== names.join() || json.format !== 'pedigree/trust/1' || !(trust.height >= 1), 'trust', 'not a trust file')
  checkSet(trust.validators)
  refuseIf(!equal(fingerprint(trust), fromHex(json.fingerprint)), 'trust', 'another fingerprint')
  return trust
}

// attested follows the links and gives the last header.
export function attested(a, trust) {
  try {
    let set = trust.validators
    let since = BigInt(trust.height)
    const follow = (signed) => {
      const h = verifySigned(signed, set)
      if (h.chain !== trust.chain) throw new Error(`it is of chain ${h.chain}`)
      if (h.height < since) throw new Error(`header ${h.height} is older than what is trusted`)
      return h
    }
    for (const link of a.links) {
      const h = follow(link.signed)
      const next = setHash(link.next)
      if (!equal(next, h.nextValidators) || equal(next, h.validators)) throw new Error('a link that does not introduce its set')
      set = link.next
      since = h.height + 1n
    }
    const h = follow(a.signed)
    if (a.validators !== null && !equal(setHash(a.validators), h.validators)) throw new Error('a set that did not sign is shown')
    return h
  } catch (err) {
    throw err instanceof Refused ? err : new Refused('header', err.message)
  }
}

// reached is what is trusted once an attestation has led to its header h.
export function reached(a, h, trust) {
  return { ...trust, validators: a.links.length ? a.links.at(-1).next : trust.validators, height: h.height }
}

// rootsOf checks parts against a header's application hash.
export function rootsOf(parts, header) {
  refuseIf(!equal(sha256(parts), header.app), 'header', 'the roots make another application hash')
  return decodeParts(parts)
}

// partsShape is the 106 bytes as they are; they must be of a known format.
export const partsShape = {
  read: (item) => {
    if (!(item instanceof Uint8Array) || !equal(encodeParts(decodeParts(item)), item)) throw new Error('not the parts of an application hash')
    return item
  },
  write: (v) => v,
}
