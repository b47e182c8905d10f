// Receiving and sending at a real browser, between two real nodes: a seller ships a pallet
// of 47 cases, and 48 arrive.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, afterEach, before, test } from 'node:test'
import { Person, desk, launch, look, phone } from './browser.mjs'
import { found, until } from './network.mjs'
import { freePort } from './node.mjs'
import { invited, open, ownerAgain, scanned, signedIn } from './people.mjs'

const day = (years) => new Date(Date.now() + years * 365 * 86_400_000).toISOString().slice(0, 10)
const prefix = '0399991'
const gtinCase = '10399991123452' // 0399991.112345: indicator 1
const sscc = (n) => { // 0399991 with nine digits of a number, and a check digit
  const digits = `0${prefix}${String(n).padStart(9, '0')}`
  let sum = 0
  for (let i = 0; i < digits.length; i++) sum += Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 3 : 1)
  return `${digits}${(10 - (sum % 10)) % 10}`
}
const packEpc = (pallet, n) => `urn:epc:id:sgtin:${prefix}.012345.${pallet}00${n}`
const caseEpc = (pallet, n) => `urn:epc:id:sgtin:${prefix}.112345.${pallet}00${n}`
const palletEpc = (n) => `urn:epc:id:sscc:${prefix}.0${String(n).padStart(9, '0')}`
const caseCode = (pallet, n) => `01${gtinCase}21${pallet}00${n}`
const cases = 48, packs = 2

let network, maker, wholesaler, browser
const opened = []

// made is the document of a production line: pallets of cases of packs; the last case of
// each was made and not packed, and is the surprise.
function made(...pallets) {
  const id = 'urn:epc:id:sgln:0399991.00001.0'
  const place = { readPoint: { id }, bizLocation: { id } }
  let at = Date.now() - 120_000
  const when = () => ({ eventTime: new Date(at += 100).toISOString(), eventTimeZoneOffset: '+00:00' })
  const range = (n) => Array.from({ length: n }, (_, i) => i + 1)
  const ilmd = { 'cbvmda:lotNumber': 'LOT-7A', 'cbvmda:itemExpirationDate': day(2) }
  const birth = (epcList, more) => ({ type: 'ObjectEvent', action: 'ADD', bizStep: 'commissioning', disposition: 'active', epcList, ...place, ...when(), ...more })
  const pack = (parentID, childEPCs) => ({ type: 'AggregationEvent', action: 'ADD', bizStep: 'packing', disposition: 'in_progress', parentID, childEPCs, ...place, ...when() })
  const eventList = pallets.flatMap((p) => {
    const inside = (c) => range(packs).map((n) => packEpc(p, (c - 1) * packs + n))
    return [
      birth(range(cases).flatMap(inside), { ilmd }),
      birth(range(cases).map((c) => caseEpc(p, c)), { ilmd }),
      ...range(cases).map((c) => pack(caseEpc(p, c), inside(c))),
      birth([palletEpc(p)]),
      pack(palletEpc(p), range(cases - 1).map((c) => caseEpc(p, c))),
    ]
  })
  return JSON.stringify({
    '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'],
    type: 'EPCISDocument', schemaVersion: '2.0', creationDate: new Date().toISOString(), epcisBody: { eventList },
  })
}

before(async () => {
  [network, browser] = await Promise.all([
    found(
      { org: 'maker', name: 'Maker (test)', role: 'manufacturer', prefix, gln: '0399991000015' },
      { org: 'wholesaler', name: 'Wholesaler (test)', role: 'wholesaler', prefix: '0614141', gln: '0614141000012' },
    ),
    launch(),
  ]);
  [maker, wholesaler] = network.nodes
  const res = await fetch(`http://127.0.0.1:${maker.port}/api/v1/captures?name=line.jsonld`, {
    method: 'POST', headers: { Authorization: `Bearer ${maker.token}`, 'Content-Type': 'application/octet-stream' }, body: made(1, 2, 3),
  })
  assert.equal(res.status, 200, await res.clone().text())
})
after(async () => {
  await browser?.close()
  await network?.stop()
})
afterEach(async (t) => {
  if (process.env.DEBUG_TEXT) for (const p of opened) console.log(t.name, p.page.url(), '\n', (await p.page.locator('main').innerText().catch(() => '')).slice(0, 2500))
  for (const p of opened) assert.deepEqual(p.faults.splice(0), [], 'a browser had something against a page')
})

async function person(node, options) {
  const p = await signedIn(browser, node, options)
  opened.push(p)
  return p
}

// shipped has the maker ship a pallet, and waits until the wholesaler's node has it.
async function shipped(n, po) {
  const report = await until('the partner’s keys', async () => {
    const got = await maker.ask('POST', '/api/v1/shipments', { items: [`/00/${sscc(n)}`], to: 'wholesaler', po })
    if (got.status >= 300 && got.status !== 409) throw new Error(JSON.stringify(got.answer))
    return got.status < 300 && got.answer
  })
  await until('the shipment', async () => (await wholesaler.must('GET', '/api/v1/arrivals')).rows.find((r) => r.path === `/00/${sscc(n)}` && r.state === 'announced'))
  return report
}
const last = (p) => p.page.getByTestId('last')
// taken is what a page lets one take along, as text.
async function taken(page, what) {
  await page.getByRole('button', { name: 'Export' }).click()
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: what, exact: true }).click()])
  return readFileSync(await file.path(), 'latin1')
}

test('a clerk receives the good 47 of 48 cases in three taps, and the seller sees the exception without an e-mail', async () => {
  const report = await shipped(1, 'PO-88213')
  const clerk = await person(wholesaler)
  const { page } = clerk
  await open(clerk, '/receive', 'Receiving')
  await page.getByText('47 cases, 94 packs').waitFor()
  await page.getByText('PO-88213').waitFor()
  assert.deepEqual(await look(clerk, 'receive what waits'), [])
  await scanned(clerk, `00${sscc(1)}`)
  await page.getByRole('heading', { name: /^Receiving \d+$/ }).waitFor()
  await last(clerk).getByRole('region', { name: 'OK' }).waitFor()
  await page.getByText('94 of 94').first().waitFor()
  await page.getByText('by inference').first().waitFor()

  await scanned(clerk, caseCode(1, 48))
  await last(clerk).getByRole('region', { name: 'Not what the data says' }).waitFor()
  await page.getByRole('heading', { name: 'What differs 1' }).waitFor()
  assert.deepEqual(await look(clerk, 'receive a surprise'), [])

  let taps = 0
  const tap = async (name) => { taps++; await page.getByRole('button', { name }).last().click() }
  await tap('Receive the good 47 cases')
  await page.getByRole('dialog').getByRole('heading', { name: /open a case/ }).waitFor()
  await tap('Receive the good 47 cases')
  await page.getByText('47 cases received: 94 packs are in your stock.').waitFor({ timeout: 60_000 })
  await page.getByRole('article').filter({ hasText: 'Not in their data' }).getByRole('button', { name: /^Tell the seller/ }).click()
  taps++
  await page.getByText('The seller sees this case on its own node.').waitFor()
  assert.equal(taps, 3)
  assert.deepEqual(await look(clerk, 'receive done'), [])
  const events = JSON.parse(await taken(page, 'Events (EPCIS 2.0 JSON)'))
  assert.ok(events.epcisBody.eventList.some((e) => e.bizStep.endsWith('packing')), 'the receipt is taken along without its events')
  assert.ok((await taken(page, 'Proof (bundle)')).length > 1000)
  assert.match(await taken(page, 'Table (CSV)'), new RegExp(`/00/${sscc(1)}.*,47,94,`))

  const seller = await person(maker)
  await until('the case', async () => (await maker.must('GET', '/api/v1/cases')).length === 1)
  await open(seller, `/send/${report.id}`, /^Shipment/)
  await seller.page.getByRole('link', { name: /^Case \d/ }).waitFor()
  assert.deepEqual(await look(seller, 'send a shipment with an exception'), [])
  assert.ok((await taken(seller.page, 'Sealed file')).length > 1000)
  assert.equal(JSON.parse(await taken(seller.page, 'Answer (JSON)')).exceptions.length, 1)
})

test('a case is sent back from where it was scanned, and its seller has it as a return', async () => {
  const clerk = await person(wholesaler)
  const { page } = clerk
  await open(clerk, `/journey?id=/01/${gtinCase}/21/1009`, 'Journey')
  await page.getByRole('button', { name: 'proved' }).last().click()
  const drawer = page.getByRole('dialog', { name: 'How this is known' }).filter({ visible: true })
  assert.match(await drawer.getByRole('link').getAttribute('href'), /\/ledger\/entry\/[0-9a-f]{64}$/, 'the evidence leads nowhere')
  await open(clerk, '/scan', 'Scan and verify')
  await page.getByRole('radio', { name: 'Saleable return' }).check()
  await scanned(clerk, caseCode(1, 9))
  const answer = page.getByTestId('answer')
  await answer.getByRole('button', { name: 'Send it back' }).click()
  const form = page.getByRole('dialog', { name: 'Send it back to whom it came from' })
  await form.getByLabel('Why it goes back').selectOption('Damaged')
  assert.deepEqual(await look(clerk, 'send a case back'), [])
  await form.getByRole('button', { name: 'Send it back' }).click()
  await answer.getByText('It is on its way back.').waitFor({ timeout: 60_000 })
  const [back] = await wholesaler.must('GET', '/api/v1/returns?way=out')
  assert.equal(back.reason, 'damaged')
  await until('the return', async () => (await maker.must('GET', '/api/v1/arrivals')).rows.some((r) => r.path === `/01/${gtinCase}/21/1009`))
})

test('a scan without a line is kept through a reload, sent when the line is back, and counted once', async () => {
  await shipped(2, 'PO-88214')
  const clerk = await person(wholesaler)
  const { page } = clerk
  await open(clerk, '/receive', 'Receiving')
  // A case of it is scanned before its pallet: its delivery opens, and says which it is and how that is known.
  await page.getByRole('article').filter({ hasText: sscc(2) }).waitFor()
  await scanned(clerk, caseCode(2, 1))
  await page.getByRole('heading', { name: /^Receiving \d+$/ }).waitFor()
  const id = Number(page.url().split('/').at(-1).split('?')[0])
  await last(clerk).getByRole('region', { name: 'OK' }).waitFor()
  await page.getByText('From maker, order PO-88214:').waitFor()
  await last(clerk).getByText(`By the data alone it is in SSCC ${sscc(2)}: that label was not scanned.`).waitFor()

  await clerk.cut()
  for (const n of [2, 3]) await scanned(clerk, caseCode(2, n))
  await page.getByText('2 scans wait for the node').waitFor()
  assert.deepEqual(await look(clerk, 'receive without a line'), [])
  await clerk.joined()
  await page.getByText(/scans? waits? for the node/).waitFor({ state: 'detached', timeout: 30_000 })
  const counts = async () => (await wholesaler.must('GET', `/api/v1/docks/${id}/tree?in=${encodeURIComponent(`/00/${sscc(2)}`)}`)).filter((x) => x.found).length
  assert.equal(await counts(), 3)

  // A session that ends midway: the scan stays, and goes once the clerk is back.
  await clerk.context.clearCookies()
  await scanned(clerk, caseCode(2, 4))
  await page.getByText('You are signed out. 1 scan waits.').waitFor()
  const waits = (code) => page.getByRole('region', { name: 'Scans that wait' }).getByRole('listitem').filter({ hasText: code })
  await waits(caseCode(2, 4)).getByText('not sent: signed out').waitFor()
  assert.deepEqual(await look(clerk, 'receive signed out'), [])
  await ownerAgain(clerk)
  await page.getByRole('region', { name: 'Scans that wait' }).waitFor({ state: 'detached' })
  await until('the fourth case', async () => await counts() === 4)
})

test('scans of whom may not receive any more are shown one by one, and sent once they may', async () => {
  const row = (await wholesaler.must('GET', '/api/v1/arrivals')).rows.find((r) => r.path === `/00/${sscc(2)}`)
  const pat = await Person.at(browser, { viewport: desk, locale: 'en-US' })
  opened.push(pat)
  pat.node = wholesaler
  const { id, link } = await invited(wholesaler, 'Pat Example', 'clerk')
  await pat.enrol(link)
  const { page } = pat
  await open(pat, `/receive/${row.session}`, /^Receiving \d+$/)
  await wholesaler.must('PUT', `/api/v1/people/${id}/roles/auditor`) // may look on
  await wholesaler.must('DELETE', `/api/v1/people/${id}/roles/clerk`)
  const waiting = page.getByRole('region', { name: 'Scans that wait' })
  for (const n of [7, 8]) await scanned(pat, caseCode(2, n))
  await waiting.getByText('2 scans wait: you may not receive here any more').waitFor()
  for (const n of [7, 8]) await waiting.getByRole('listitem').filter({ hasText: caseCode(2, n) }).getByText('not taken: no permission').waitFor()
  assert.deepEqual(await look(pat, 'receive without permission'), [])
  await waiting.getByRole('button', { name: `Give it up: ${caseCode(2, 8)}` }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Give it up' }).click()
  await wholesaler.must('PUT', `/api/v1/people/${id}/roles/clerk`)
  await waiting.waitFor({ state: 'detached' })
  await page.getByRole('listitem').filter({ hasText: '2007' }).first().waitFor()
  const found = (await wholesaler.must('GET', `/api/v1/docks/${row.session}/tree?in=${encodeURIComponent(row.path)}`)).filter((x) => x.found).map((x) => x.path)
  assert.ok(found.some((x) => x.endsWith('/2007')) && !found.some((x) => x.endsWith('/2008')), `found: ${found}`)
})

test('two clerks at one pallet see each other’s scans, and either undoes one', async () => {
  const row = (await wholesaler.must('GET', '/api/v1/arrivals')).rows.find((r) => r.path === `/00/${sscc(2)}`)
  const [first, second] = [await person(wholesaler), await person(wholesaler, { viewport: phone })]
  await open(first, '/', 'Inbox')
  await first.page.getByRole('link', { name: new RegExp(`^Receiving ${row.session} `) }).click()
  await first.page.getByRole('heading', { name: `Receiving ${row.session}` }).waitFor()
  await open(second, `/receive/${row.session}`, /^Receiving \d+$/)
  await scanned(first, caseCode(2, 5))
  await last(first).getByRole('region', { name: 'OK' }).waitFor()
  const theirs = second.page.getByRole('listitem').filter({ hasText: 'by ' }).filter({ hasText: '2005' })
  await theirs.waitFor()
  await theirs.getByRole('button', { name: /Undo/ }).click()
  await last(first).getByText('Undone: it counts no more.').waitFor()
  await scanned(second, caseCode(2, 1))
  await last(second).getByRole('region', { name: 'Counted before' }).waitFor()
  assert.deepEqual(await look(second, 'receive with two clerks'), [])
})

test('a broken seal makes what is in a case count one by one, and the rest goes back at a partial receipt', async () => {
  const row = (await wholesaler.must('GET', '/api/v1/arrivals')).rows.find((r) => r.path === `/00/${sscc(2)}`)
  const clerk = await person(wholesaler)
  const { page } = clerk
  await open(clerk, `/receive/${row.session}`, /^Receiving \d+$/)
  await scanned(clerk, caseCode(2, 6))
  await last(clerk).getByRole('button', { name: 'Its seal is broken' }).click()
  await last(clerk).getByText('Noted as open').waitFor()
  await page.getByRole('checkbox', { name: /Only what is missing/ }).check()
  assert.deepEqual(await look(clerk, 'receive an open case'), [])
  await page.getByRole('button', { name: 'Receive the good 5 cases' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Receive the good 5 cases' }).click()
  await page.getByText('5 cases received').waitFor({ timeout: 60_000 })
})

test('goods without data are noted and kept apart, and can be ended without receiving', async () => {
  const clerk = await person(wholesaler)
  const { page } = clerk
  await open(clerk, '/receive', 'Receiving')
  await page.getByRole('button', { name: 'Goods without data' }).click()
  await page.getByRole('heading', { name: /^Receiving \d+$/ }).waitFor()
  await scanned(clerk, caseCode(9, 1))
  await last(clerk).getByRole('region', { name: 'Not what the data says' }).waitFor()
  assert.deepEqual(await look(clerk, 'receive goods without data'), [])
  await page.getByRole('link', { name: 'All that waits' }).click()
  await page.getByRole('article').filter({ hasText: 'Product, no data' }).waitFor()
  await page.goBack()
  await page.getByRole('button', { name: 'End without receiving' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'End without receiving' }).click()
  await page.getByText('Ended without receiving anything.').waitFor()
})

test('a serialization manager goes from a late message to what is wrong in two clicks, and sends it again in one', async () => {
  // The ledger names another address of the customer's node than where it listens.
  const came = async () => (await wholesaler.must('GET', '/api/v1/inbox?kind=shipment')).length
  const before = await came()
  const { listening } = await wholesaler.must('GET', '/api/v1/mailbox')
  await wholesaler.must('POST', '/api/v1/mailbox', { address: `127.0.0.1:${await freePort()}` })
  const { id } = await maker.must('POST', '/api/v1/shipments', { items: [`/00/${sscc(3)}`], to: 'wholesaler', po: 'PO-88215' })
  const seen = () => maker.must('GET', `/api/v1/shipments/${id}`)
  await until('why it does not arrive', async () => (await seen()).reason)

  const manager = await person(maker)
  const { page } = manager
  await open(manager, '/', 'Inbox')
  await page.getByRole('region', { name: 'Documents that did not arrive' }).getByRole('link', { name: /^wholesaler · shipment/i }).click()
  await page.getByText('What went wrong:').waitFor()
  await open(manager, '/send', 'Sending')
  await page.getByText('1 shipment is on offer and its customer has no data for it.').waitFor()
  await page.getByRole('cell', { name: 'LOT-7A' }).first().waitFor()
  assert.deepEqual(await look(manager, 'send'), [])
  let clicks = 0
  const click = async (what) => { clicks++; await what.click() }
  await click(page.getByRole('link', { name: 'Show which' }))
  await click(page.getByRole('link', { name: /^Shipment \d/ }))
  await page.getByText('What went wrong:').waitFor()
  await page.getByRole('region', { name: 'What the customer will find' }).waitFor()
  assert.equal(clicks, 2)
  assert.deepEqual(await look(manager, 'send a late message'), [])

  await wholesaler.must('POST', '/api/v1/mailbox', { address: listening })
  await page.getByRole('button', { name: 'Send it again' }).click()
  await page.getByText('Sent again.').waitFor()
  await page.getByRole('region', { name: 'Delivered' }).waitFor({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Send it again' }).click()
  await until('it is signed for again', async () => (await seen()).data === 'delivered')
  assert.equal(await came(), before + 1, 'a delivery is taken once')
  await open(manager, '/send?tab=parcels', 'Sending')
  await page.getByText('No document went to a partner outside the network.').waitFor()
  assert.deepEqual(await look(manager, 'send parcels'), [])

  // A file that came to no message at all is among what failed, with its lines one click away.
  const bad = made(4).replaceAll('urn:epc:id:sscc:', 'urn:epc:id:ssccc:')
  const res = await fetch(`http://127.0.0.1:${maker.port}/api/v1/captures?name=bad.jsonld`, {
    method: 'POST', headers: { Authorization: `Bearer ${maker.token}`, 'Content-Type': 'application/octet-stream' }, body: bad,
  })
  assert.notEqual((await res.json()).stage, 5)
  await open(manager, '/send?show=failed', 'Sending')
  const file = page.getByRole('article').filter({ hasText: 'Generation failed' })
  await file.getByText('Show the lines').click()
  await file.getByText(/^(Line|Event) \d+|^Outside the events/).first().waitFor()
  await file.getByText('What to do:').first().waitFor()
  assert.deepEqual(await look(manager, 'send a file that failed'), [])
})

test('a case of another delivery is said to be its, and is received there with one tap', async () => {
  const clerk = await person(wholesaler)
  const { page } = clerk
  await open(clerk, '/receive', 'Receiving')
  await page.getByRole('article').filter({ hasText: sscc(3) }).waitFor()
  await page.getByRole('button', { name: 'Goods without data' }).click()
  await page.getByRole('heading', { name: /^Receiving \d+$/ }).waitFor()
  const bare = page.url()
  await scanned(clerk, caseCode(3, 5))
  await last(clerk).getByText(`pallet /00/${sscc(3)} from maker, order PO-88215`).waitFor()
  assert.deepEqual(await look(clerk, 'receive a case of another delivery'), [])
  await last(clerk).getByRole('button', { name: 'Receive it there' }).click()
  await page.getByText('From maker, order PO-88215:').waitFor()
  await last(clerk).getByRole('region', { name: 'OK' }).waitFor()
  assert.notEqual(page.url(), bare)
  const left = await wholesaler.must('GET', `/api/v1/docks/${bare.split('/').at(-1)}`)
  assert.deepEqual(left.plan.extras ?? [], [], 'the scan stayed where it was made by mistake')
})

test('receiving and sending stand in Spanish too', async () => {
  const clerk = await person(wholesaler)
  await clerk.page.evaluate(() => localStorage.setItem('pedigree.language', 'es'))
  await open(clerk, '/receive', 'Recepción')
  assert.deepEqual(await look(clerk, 'receive in Spanish'), [])
  await open(clerk, '/send', 'Envíos')
})

// Of what the first test received.
test('an inspector finds the document of a lot, reads it and takes the whole answer as a file', async () => {
  const { page } = await person(wholesaler)
  const p = opened.at(-1)
  await open(p, '/documents', 'Documents')
  await page.getByLabel('Lot', { exact: true }).fill('LOT-7A')
  await page.getByRole('button', { name: 'Find' }).click()
  await page.waitForURL('**/documents?*lot=LOT-7A*')
  await page.getByRole('region', { name: 'Documents that fit' }).getByText('lot LOT-7A').first().waitFor()
  await page.getByRole('heading', { name: 'What this answer can’t speak of' }).waitFor()
  assert.deepEqual(await look(p, 'documents'), [])
  const print = page.getByRole('link', { name: /^Read document \d+$/ }).first()
  const [sheet] = await Promise.all([p.context.waitForEvent('page'), print.click()])
  await sheet.getByText('LOT-7A').first().waitFor()
  await sheet.close()
  const pdf = await page.evaluate(async (at) => (await (await fetch(at)).text()).slice(0, 5), await page.getByRole('link', { name: 'As PDF', exact: true }).getAttribute('href'))
  assert.equal(pdf, '%PDF-')
  await page.getByLabel('Lot', { exact: true }).fill('NO-SUCH-LOT')
  await page.getByRole('button', { name: 'Find' }).click()
  await page.getByText('No document fits.').waitFor()
})
