// The published CDDL says what the published bytes are.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex } from './bytes.mjs'
import { decode, encode } from './cbor.mjs'
import { parse } from './cddl.mjs'
import { judge, readNamed } from './named.mjs'
import { vectors } from './vectors.mjs'

// samples gives every rule that has published bytes, with them.
function samples() {
  const values = vectors('values')
  const entry = vectors('entry')
  const header = vectors('header')
  const out = [
    ['envelope', entry.envelope.bytes], ['body', entry.envelope.body], ['validator-set', header.set],
    ...['records', 'origins', 'members', 'statements', 'attrs'].flatMap((name) =>
      values[name].map((v) => [{ records: 'record', origins: 'origin-state', members: 'member', statements: 'statement', attrs: 'attrs' }[name], v.bytes]),
    ),
    ...entry.events.map((e) => ['event', e.bytes]), ...entry.results.map((r) => ['result-data', r.data]),
    ...header.headers.flatMap((h) => [['signed-header', h.signed], ['signed-header', h.pruned]]),
    ...vectors('state').trees.flatMap((t) => t.paths.map((p) => ['state-path', p.path])),
  ]
  const tags = { receipt: 'receipt', bundle: 'bundle', 'state-proof': 'state-proof', 'event-proof': 'event-proof', consistency: 'consistency-proof', witnessed: 'witnessed', fork: 'fork' }
  for (const name of ['org', 'trace', 'network', 'anchor', 'kernel']) {
    const { messages = [], events = [], rows } = vectors(name)
    const shown = name === 'kernel' ? rows : [...messages, ...events, ...rows]
    out.push(...shown.map((v) => [v.rule, v.bytes]))
  }
  const { prekeys, shipment } = vectors('exchange')
  const { body } = readNamed('prekey-file', fromHex(prekeys.bytes))
  out.push(['prekey-file', prekeys.bytes], ['prekey-body', body], ['shipment-file', shipment.bytes], ['shipment-content', shipment.content])
  for (const o of vectors('objects').objects) out.push([tags[decode(fromHex(o.bytes))[0].split('/')[1]], o.bytes])
  return out
}

const all = samples()

for (const name of new Set(all.map(([rule]) => rule))) {
  const bytes = all.filter(([rule]) => rule === name).map(([, digits]) => fromHex(digits))

  test(`${name}: the bytes are what the rule says`, () => {
    bytes.forEach((b, i) => assert.ok(judge.matches(name, b), `sample ${i}`))
  })

  test(`${name}: the rule refuses anything else`, () => {
    for (const b of bytes) {
      const item = decode(b, { maps: true })
      if (item instanceof Map) {
        assert.ok(!judge.matches(name, encode(new Map([...item, [9, 1]]))))
        continue
      }
      if (!Array.isArray(item)) {
        assert.ok(!judge.matches(name, encode([item])))
        continue
      }
      assert.ok(!judge.matches(name, encode([...item, 1])), 'one item more')
      if (name !== 'validator-set') assert.ok(!judge.matches(name, encode(item.slice(1))), 'one item less')
      item.forEach((_, i) => assert.ok(!judge.matches(name, encode(item.with(i, new Map()))), `item ${i} of another type`))
    }
  })
}

test('every message, event and row that is described is shown', () => {
  const described = [...judge.rules.keys()].filter((name) => /^(org|trace|network|anchor)-(?!identifier$)|-row$/.test(name))
  const missing = described.filter((name) => !all.some(([rule]) => rule === name))
  assert.deepEqual(missing, [])
  assert.equal(described.length, 27 + 30 + 20 + 19 + 8 + 8 + 1 + 1 + 23)
})

test('what is not CDDL, or not defined, is an error', () => {
  assert.throws(() => parse('a = b'), /not defined/)
  assert.throws(() => parse('a = uint a = uint'), /twice/)
  assert.throws(() => parse('a = #6.1(uint)'), /not understood/)
})
