// A package followed at a real browser: what it is in, where it was, the events as they
// came, and its proof, which the page itself checks, also when it is not the true one.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, afterEach, before, test } from 'node:test'
import { execFileSync } from 'node:child_process'
import { Node } from './node.mjs'
import { launch, look } from './browser.mjs'
import { capture, day, manufacturer } from './goods.mjs'
import { open, signedIn } from './people.mjs'

const at = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString()
const packs = 40
const pack = (n) => `urn:epc:id:sgtin:0399991.012345.2000000${1000 + n}`
const crate = 'urn:epc:id:sgtin:0399991.512345.3000000001'
const pallet = 'urn:epc:id:sscc:0399991.1000000001'
const path = (n) => `/01/00399991123455/21/2000000${1000 + n}`
const casePath = '/01/50399991123450/21/3000000001'
const places = [['0399991.00001.0', 'Line 4', 'Springfield', 'IL'], ['0399991.00002.0', 'Warehouse "B" <west>', 'Fresno', 'CA']]

let node, browser, person

function lot() {
  const site = (n) => ({ id: `urn:epc:id:sgln:${places[n][0]}` })
  const common = (n, minutes) => ({ eventTime: at(minutes), eventTimeZoneOffset: '+00:00', readPoint: site(n), bizLocation: site(n) })
  const born = (epcList, minutes, ilmd) => ({ type: 'ObjectEvent', action: 'ADD', bizStep: 'commissioning', disposition: 'active', ...common(0, minutes), epcList, ...(ilmd ? { ilmd } : {}) })
  const put = (parentID, childEPCs, minutes) => ({ type: 'AggregationEvent', action: 'ADD', bizStep: 'packing', disposition: 'in_progress', ...common(1, minutes), parentID, childEPCs })
  const ilmd = { 'cbvmda:lotNumber': 'LOT-7A', 'cbvmda:itemExpirationDate': day(2) }
  const all = Array.from({ length: packs }, (_, n) => pack(n))
  return {
    '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'],
    type: 'EPCISDocument', schemaVersion: '2.0', creationDate: at(1),
    epcisHeader: { epcisMasterData: { vocabularyList: [{
      type: 'urn:epcglobal:epcis:vtype:Location',
      vocabularyElementList: places.map(([id, name, city, state]) => ({ id: `urn:epc:id:sgln:${id}`, attributes: [
        { id: 'cbvmda:name', attribute: name }, { id: 'cbvmda:city', attribute: city }, { id: 'cbvmda:state', attribute: state }, { id: 'cbvmda:countryCode', attribute: 'US' },
      ] })),
    }] } },
    epcisBody: { eventList: [born(all, 60, ilmd), born([crate], 50, ilmd), born([pallet], 45), put(crate, all, 40), put(pallet, [crate], 30)] },
  }
}

before(async () => {
  [node, browser] = await Promise.all([
    Node.start(...manufacturer),
    launch(),
  ])
  await capture(node, lot())
  person = await signedIn(browser, node)
})
after(async () => {
  await browser?.close()
  await node?.stop()
})
afterEach(async (t) => {
  if (process.env.DEBUG_TEXT) console.log(t.name, '\n', (await person.page.locator('main').innerText()).slice(0, 2500))
  assert.deepEqual(person?.faults.splice(0), [], 'a browser had something against a page')
})

const journey = async (p, id, tab) => {
  await open(p, `/journey?id=${encodeURIComponent(id)}${tab ? `&tab=${tab}` : ''}`, 'Journey')
  await p.page.getByRole('tabpanel').waitFor()
}
const outcome = (p) => p.page.getByTestId('proof-outcome')
const states = (p) => p.page.locator('.proof-steps > li').evaluateAll((rows) => rows.map((r) => [r.querySelector('strong').textContent, r.dataset.state]))

test('the proof of a pack is checked in the page, step by step, with who signed by name', async () => {
  const { page } = person
  await journey(person, path(3), 'proof')
  await outcome(person).getByText('OK', { exact: true }).waitFor()
  const rows = await states(person)
  assert.equal(rows.length, 14)
  for (const name of ['Payload: what the label says', 'The maker’s signature', 'Block header', 'Signatures of the validators', 'The set of validators'])
    assert.equal(rows.find(([n]) => n === name)?.[1], 'ok', `${name}: ${JSON.stringify(rows)}`)
  assert.deepEqual(rows.filter(([, s]) => s === 'failed'), [])
  const text = await page.getByRole('tabpanel').innerText()
  assert.match(text, /1 of 1 validators signed, with 100 % of the votes/)
  assert.match(text, /Maker \(test\)/)
  assert.match(text, /What it does not prove[\s\S]*That the box holds what its label says/)
  assert.match(text, /one validator alone signed/)
  assert.deepEqual(await look(person, 'proof that holds'), [])
})

test('the file that the page offers is verified by the command that the page names', async () => {
  const { page } = person
  await journey(person, path(3), 'proof')
  await outcome(person).getByText('OK', { exact: true }).waitFor()
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download the proof' }).click()])
  const [trust] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download the trust file' }).click()])
  const command = await page.getByText(/^pedigree verify /).innerText()
  assert.equal(command, `pedigree verify ${file.suggestedFilename()} --trust trust.json`)
  const program = process.env.PEDIGREE || new URL('../../bin/pedigree', import.meta.url).pathname
  const said = execFileSync(program, ['verify', await file.path(), '--trust', await trust.path()], { encoding: 'utf8' })
  assert.match(said, /^OK: all that it must show holds/)
})

test('a proof of which one byte was changed on the way is refused, the step is named, and the rest is not checked', async () => {
  const { page } = person
  await page.route('**/api/v1/provenance?*', async (route) => {
    const res = await route.fetch()
    const body = Buffer.from(await res.body())
    body[Math.floor(body.length / 2)] ^= 1
    await route.fulfill({ response: res, body })
  })
  try {
    await journey(person, path(4), 'proof')
    await outcome(person).getByText('STOP', { exact: true }).waitFor()
    const rows = await states(person)
    const failed = rows.filter(([, s]) => s === 'failed')
    assert.equal(failed.length, 1, JSON.stringify(rows))
    assert.ok((await outcome(person).innerText()).includes(failed[0][0]), 'the failing step is not named')
    assert.ok(rows.some(([, s]) => s === 'not checked'))
    assert.deepEqual(await look(person, 'proof that fails'), [])
  } finally {
    await page.unroute('**/api/v1/provenance?*')
  }
})

test('where the browser runs no worker, or gets no verifier, nothing is called checked', async () => {
  for (const [name, prepare] of [
    ['no worker', (p) => p.context.addInitScript(() => { globalThis.Worker = class { constructor() { throw new Error('workers are switched off') } } })],
    ['no WebAssembly', (p) => p.page.route('**/verifier/verify.wasm', (r) => r.fulfill({ status: 501, body: 'this program has no verifier' }))],
  ]) {
    const p = await signedIn(browser, node)
    await prepare(p)
    await journey(p, path(5), 'proof')
    await outcome(p).getByText('CAN’T TELL', { exact: true }).waitFor()
    assert.deepEqual(new Set((await states(p)).map(([, s]) => s)), new Set(['not checked']), name)
    await p.page.getByRole('button', { name: 'Download the proof' }).waitFor()
    assert.deepEqual(await look(p, `proof with ${name}`), [])
    assert.deepEqual(p.faults, [])
    await p.close()
  }
})

test('containers are a folded tree, up and down', async () => {
  const { page } = person
  await journey(person, path(7), 'containers')
  await page.getByText('A pack holds no other packs.').waitFor()
  await page.locator('.nest').getByText(/^Pallet/).waitFor()
  await page.locator('.nest').getByText(/^Case/).waitFor()
  assert.match(await page.locator('.nest').innerText(), /Pallet[\s\S]*Case[\s\S]*Pack[\s\S]*this one/)
  await journey(person, '(00)' + (await palletOf()), 'containers')
  await page.getByRole('button', { name: /^Show what is in/ }).click()
  await page.getByText(`${packs} packs (2 shown)`).waitFor()
  assert.deepEqual(await look(person, 'containers'), [])
  await page.getByRole('button', { name: `Show ${packs - 2} more` }).click()
  await page.getByText(`${packs} packs`, { exact: true }).waitFor()
  assert.equal(await page.locator('.branch .branch li').count(), packs)
})
const palletOf = async () => (await node.must('GET', `/api/v1/trace?id=${encodeURIComponent(path(7))}`)).in.at(-1).split('/').at(-1)

test('places are on a map, and a table says the same', async () => {
  const { page } = person
  await journey(person, path(1), 'places')
  await page.getByRole('img', { name: /Places and the way/ }).waitFor()
  assert.equal(await page.locator('.stop').count(), 2)
  assert.equal(await page.locator('.leg').count(), 1)
  const table = await page.getByRole('table').innerText()
  assert.match(table, /Line 4[\s\S]*Springfield, IL, US[\s\S]*the middle of its state/)
  assert.match(table, /Warehouse "B" <west>[\s\S]*Fresno, CA, US/)
  assert.deepEqual(await look(person, 'places'), [])
})

test('raw EPCIS is the events of the document itself', async () => {
  const { page } = person
  await journey(person, path(1), 'raw')
  const events = page.locator('pre.raw')
  await events.first().waitFor()
  const read = await events.evaluateAll((all) => all.map((e) => JSON.parse(e.textContent)))
  assert.deepEqual(read.map((e) => e.bizStep.split(/[:/]/).at(-1)), ['commissioning', 'packing', 'packing'])
  assert.equal(read[0].epcList.length, packs)
  assert.equal(read[0].ilmd['cbvmda:lotNumber'], 'LOT-7A')
  assert.deepEqual(await look(person, 'raw EPCIS'), [])
})

test('a gap is drawn as one, with a sentence', async () => {
  const { page } = person
  await page.route('**/api/v1/trace?*', async (route) => {
    const res = await route.fetch()
    const trace = await res.json()
    trace.steps = trace.steps.slice(1) // its first step is lost
    await route.fulfill({ response: res, json: trace })
  })
  try {
    await journey(person, path(1))
    await page.locator('.gap').getByText('Nothing is known here from before').waitFor()
    assert.deepEqual(await look(person, 'a gap'), [])
  } finally {
    await page.unroute('**/api/v1/trace?*')
  }
  await journey(person, path(1))
  await page.getByText('No gap: each step follows from the one before').waitFor()
})

test('what is taken along is what was shown, and harmless in a spreadsheet', async () => {
  const { page } = person
  await page.route('**/api/v1/trace?*', async (route) => {
    const res = await route.fetch()
    const trace = await res.json()
    trace.steps[0].place = '=HYPERLINK("http://example.invalid")'
    await route.fulfill({ response: res, json: trace })
  })
  await journey(person, path(1))
  await page.getByRole('button', { name: 'Export' }).click()
  assert.deepEqual(await look(person, 'export'), [])
  const take = async (name) => {
    const dialog = page.getByRole('dialog', { name: 'Take this along' })
    if (!(await dialog.isVisible())) await page.getByRole('button', { name: 'Export' }).click()
    const [file] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name }).click()])
    return [file.suggestedFilename(), readFileSync(await file.path())]
  }
  const [csv, table] = await take('Table (CSV)')
  assert.match(csv, /\.csv$/)
  assert.match(table.toString(), /"'=HYPERLINK/)
  const [, events] = await take('Events (EPCIS 2.0 JSON)')
  assert.equal(JSON.parse(events).type, 'EPCISDocument')
  const [name, bundle] = await take('Proof (bundle)')
  assert.match(name, /\.pedigree$/)
  assert.ok(bundle.length > 500)
  await page.unroute('**/api/v1/trace?*')
})

test('a case that nobody knows says what to do', async () => {
  await journey(person, casePath.replace('3000000001', '9999'))
  await person.page.getByText('This node knows no step of it').waitFor()
  assert.deepEqual(await look(person, 'an unknown case'), [])
})
