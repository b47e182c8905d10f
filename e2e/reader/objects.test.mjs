// Whole objects: the same verdicts as the program's, and no changed byte passes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, Refused } from './bytes.mjs'
import { readTrust } from './attestation.mjs'
import { verify } from './objects.mjs'
import { readPolicy } from './witness.mjs'
import { vectorFile, vectors } from './vectors.mjs'

for (const o of vectors('objects').objects) {
  const trust = readTrust(o.trust)
  const nonce = o.nonce ? fromHex(o.nonce) : null
  const policy = o.policy ? readPolicy(o.policy) : null

  test(`${o.name}: the same verdict`, () => {
    const report = verify(fromHex(o.bytes), trust, nonce, policy)
    assert.deepEqual(report.steps, o.steps)
    assert.deepEqual([report.outcome, report.height, report.alerts.length], [o.outcome, o.height, o.alerts])
  })

  test(`${o.name}: the same part is refused`, () => {
    for (const { at, part } of o.refusedWhenFlippedBy16) {
      const changed = fromHex(o.bytes)
      changed[at] ^= 0x10
      assert.throws(
        () => verify(changed, trust, nonce, policy),
        // what is no CBOR any more is refused as a whole here
        (err) => err instanceof Refused && (err.part === part || err.part === 'format'),
        `byte ${at}, ${part}`,
      )
    }
  })

  test(`${o.name}: another trust file is not enough`, () => {
    assert.throws(() => verify(fromHex(o.bytes), { ...trust, chain: 'another' }, nonce, policy), Refused)
    assert.throws(() => verify(fromHex(o.bytes), { ...trust, height: 10_000 }, nonce, policy), Refused)
  })
}

test('every single changed byte of the example files is refused', () => {
  const trust = readTrust(JSON.parse(new TextDecoder().decode(vectorFile('trust.json'))))
  for (const name of ['unit.pedigree', 'receipt.pedigree']) {
    const b = vectorFile(name)
    for (let at = 0; at < b.length; at++) {
      b[at] ^= 1
      assert.throws(() => verify(b, trust), Refused, `${name}, byte ${at}`)
      b[at] ^= 1
    }
    assert.equal(verify(b, trust).outcome, 'proved')
  }
})
