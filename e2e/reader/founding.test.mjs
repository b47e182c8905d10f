// Founding files, their fingerprints and the first state.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hex } from './bytes.mjs'
import { compact, firstHash, firstState, foundingFingerprint } from './founding.mjs'
import { vectors } from './vectors.mjs'

for (const f of vectors('founding').foundings) {
  const chain = JSON.parse(f.file).chain_id

  test(`${chain}: the fingerprint does not depend on how the file is laid out`, () => {
    assert.equal(hex(foundingFingerprint(f.file)), f.fingerprint)
    assert.equal(hex(foundingFingerprint(compact(f.file))), f.fingerprint)
    const { chain_id, ...rest } = JSON.parse(f.file)
    assert.equal(hex(foundingFingerprint(JSON.stringify({ ...rest, chain_id }))), f.fingerprint)
  })

  test(`${chain}: no changed byte has the same fingerprint`, () => {
    const b = Buffer.from(f.file)
    for (let at = 0; at < b.length; at++) {
      b[at] ^= 1
      let print = null
      try {
        print = hex(foundingFingerprint(b.toString()))
      } catch {
        // no JSON any more, or no founding file
      }
      assert.notEqual(print, f.fingerprint, `byte ${at}`)
      b[at] ^= 1
    }
  })

  test(`${chain}: the first state, its events and its application hash`, () => {
    const state = firstState(f.file)
    assert.deepEqual(state.rows.map(([key, value]) => ({ key: hex(key), value: hex(value) })), f.rows)
    assert.deepEqual(state.events.map(hex), f.events)
    assert.equal(hex(firstHash(state)), f.appHash)
  })
}
