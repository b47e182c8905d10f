// Cases, the inbox by role, people, keys and the audit trail at a real browser on a real node.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, afterEach, before, test } from 'node:test'
import { Node } from './node.mjs'
import { Person, desk, launch, look, phone } from './browser.mjs'
import { open, ownerAgain, scanned, signedIn as someone } from './people.mjs'

let node, browser, owner, partner
const opened = []
const gtin = '00399991123455'
const rail = (p) => p.page.getByRole('navigation', { name: 'Places' }).getByRole('link').allInnerTexts()

before(async () => {
  [node, browser] = await Promise.all([Node.start('--gln', '0399991000015'), launch()])
  await node.must('POST', '/api/v1/partners/0', { name: 'Maker (test)', org: 'maker' })
  await node.must('POST', '/api/v1/partners/0/contacts', { purpose: 'exceptions', email: 'exceptions@maker.example' })
  partner = (await node.must('POST', '/api/v1/partners', { name: 'Wholesaler (test)' })).id
  await node.must('POST', `/api/v1/partners/${partner}/contacts`, { purpose: 'exceptions', email: 'exceptions@wholesaler.example' })
  owner = await signedIn()
})
after(async () => {
  await browser?.close()
  await node?.stop()
})
afterEach(() => {
  for (const p of opened) assert.deepEqual(p.faults.splice(0), [], 'a browser had something against a page')
})

async function signedIn(options) {
  const p = await someone(browser, node, options)
  opened.push(p)
  return p
}
const newCase = (more = {}) => node.must('POST', '/api/v1/cases', {
  scenario: '1.5', partner, po: 'PO-7', items: [{ path: `/01/${gtin}/21/${Math.floor(Math.random() * 1e9)}`, lot: 'LOT-7A', claim: 'one more <b>came</b>' }], ...more,
})
const part = (p, name) => p.page.getByRole('region', { name })

test('without a case the list says what to do, and a case shows with its clock, partner and next step', async () => {
  const p = owner
  await open(p, '/cases', 'Cases')
  await p.page.getByText('No case is open.').waitFor()
  assert.deepEqual(await look(p, 'cases none'), [])
  await newCase({ partner: undefined })
  const k = await newCase()
  await open(p, '/cases', 'Cases')
  const row = p.page.getByRole('listitem').filter({ has: p.page.locator(`a[href$="${k.id}"]`) })
  await row.getByText('Wholesaler (test)').waitFor() // names come after the rows
  const text = await row.innerText()
  for (const says of ['A product came and no data at all', 'Product, no data', 'Wholesaler (test)', 'Tell the partner', 'Due ', '3 business days, custom']) {
    assert.ok(text.includes(says), `${says} is not in ${text}`)
  }
  assert.deepEqual(await look(p, 'cases'), [])
  await p.page.getByRole('button', { name: /Data issue/ }).click()
  await p.page.getByText('No case is like that.').waitFor()
  assert.match(p.page.url(), /\?kind=data-issue$/)
  await p.page.getByRole('button', { name: 'Show all' }).click()
  await row.waitFor()
  // On a phone the choices are folded: the first case stands on the first screen.
  await p.page.setViewportSize(phone)
  await p.page.getByLabel('What is wrong').selectOption('product-no-data')
  await row.waitFor()
  const first = (await p.page.getByRole('list', { name: 'Cases' }).boundingBox()).y
  assert.ok(first < phone.height * 0.6, `the first case begins at ${first} pixels`)
  await p.page.setViewportSize(desk)
})

test('a message is written ready, changed, kept over a reload, sent by e-mail and answered', async () => {
  const p = owner
  const k = await newCase()
  await open(p, `/cases/${k.id}`, 'A product came and no data at all')
  await p.page.getByRole('heading', { name: 'Message to Wholesaler (test)' }).waitFor()
  assert.deepEqual(await look(p, 'case to tell'), [])
  await p.page.getByLabel('What you ask for').selectOption('Return product')
  await p.page.getByLabel('In your own words').fill('It lay <b>on top</b>; =1+1 \u202Eabc')
  await p.page.reload()
  await p.page.getByRole('heading', { name: 'Message to Wholesaler (test)' }).waitFor()
  assert.equal(await p.page.getByLabel('In your own words').inputValue(), 'It lay <b>on top</b>; =1+1 \u202Eabc')
  await p.page.getByLabel('What you ask for').selectOption('Return product')
  await p.page.locator('pre.letter').filter({ hasText: 'Return product' }).waitFor()
  await p.page.getByRole('button', { name: 'Write the message' }).click()
  const letter = p.page.getByLabel('Text', { exact: true })
  await letter.waitFor()
  assert.match(await letter.inputValue(), /^It lay <b>on top<\/b>[\s\S]*Return product/)
  await letter.fill('Dear colleagues,\n\nplease take it back.')
  await p.page.reload()
  await letter.waitFor()
  assert.equal(await letter.inputValue(), 'Dear colleagues,\n\nplease take it back.')
  assert.deepEqual(await look(p, 'case to send'), [])
  await p.page.getByRole('button', { name: 'I have sent it' }).click()
  await p.page.getByRole('heading', { name: 'Wait for the partner’s answer' }).waitFor()

  const detail = await node.must('GET', `/api/v1/cases/${k.id}`)
  assert.equal(detail.things[0].resolution, 'Return product')
  const [message] = detail.messages
  const content = await node.must('GET', `/api/v1/cases/${k.id}/messages/${message.uuid}`)
  assert.deepEqual(content.other_errors, ['It lay <b>on top</b>; =1+1 \u202Eabc'])
  await node.must('POST', `/api/v1/cases/messages?partner=${partner}`, JSON.stringify({
    message_uuid: randomUUID(), exception_case_uuid: k.id, timestamp: Math.floor(Date.now() / 1000) + 2, po_number: 'PO-7',
    sender_information: { vp: null, gln: null, email: 'exceptions@wholesaler.example', phone: null },
    response_items: [{ exception_item_uuid: detail.things[0].uuid, resolution_response: 'Reject', comments: null,
      alternative_resolution: { alternative_resolution: 'Credit account', follow_up: null, follow_up_details: null } }],
    additional_notes: null,
  }))
  await p.page.reload()
  await p.page.getByRole('heading', { name: 'The partner did not accept all of it: decide' }).waitFor()
  await part(p, 'Both sides').getByText('answered').waitFor()
  assert.deepEqual(await look(p, 'case to decide'), [])
  await p.page.getByRole('button', { name: 'Take what they offer' }).click()
  await p.page.getByRole('heading', { name: 'Send the message that is written' }).waitFor()
})

test('a session that ends mid-form loses nothing that was typed', async () => {
  const p = await signedIn()
  const k = await newCase()
  await open(p, `/cases/${k.id}`, 'A product came and no data at all')
  await p.page.getByText('More to do').click()
  const note = p.page.getByLabel('Write down what you know')
  await note.fill('They say: on Friday.')
  await p.page.context().clearCookies()
  await p.page.getByRole('button', { name: 'Write it down' }).click()
  const dialog = p.page.getByRole('dialog', { name: 'You were signed out' })
  await dialog.waitFor()
  assert.deepEqual(await look(p, 'signed out'), [])
  await dialog.getByRole('button', { name: 'I am signed in: go on' }).click()
  await dialog.getByText('You are not signed in yet.').waitFor()
  await ownerAgain(p)
  assert.equal(await note.inputValue(), 'They say: on Friday.')
  await p.page.getByRole('button', { name: 'Write it down' }).click()
  await part(p, /^Evidence/).getByText('They say: on Friday.').waitFor()
  await p.page.waitForFunction(() => document.getElementById('note').value === '')
})

test('a code that is scanned beside a half-filled form is answered there, and the text stays', async () => {
  const p = await signedIn()
  await open(p, '/do/add-partner', /.+/)
  const name = p.page.getByLabel(/^Name/).first()
  await name.fill('Half a na')
  const beside = p.page.getByRole('dialog', { name: 'Scanned' })
  for (const serial of ['S7K-1', 'S7K-2']) {
    await scanned(p, `01${gtin}21${serial}`)
    await beside.getByText(serial, { exact: true }).first().waitFor()
    await beside.getByRole('region', { name: 'CAN’T TELL' }).waitFor()
  }
  assert.deepEqual(await look(p, 'scanned beside a form'), [])
  await beside.getByRole('button', { name: 'Back to the form' }).click()
  await beside.waitFor({ state: 'hidden' })
  assert.match(p.page.url(), /\/do\/add-partner$/)
  assert.equal(await name.inputValue(), 'Half a na')
  await p.page.keyboard.press('Control+k')
  await p.page.getByRole('combobox').fill('cases')
  await p.page.keyboard.press('Enter')
  await p.page.locator('main:not([data-at="/console/do/add-partner"]) h1').waitFor()
  await p.page.goBack()
  await name.waitFor()
  assert.equal(await name.inputValue(), 'Half a na', 'going away and coming back')
})

test('people, their roles, an invitation, a key shown once, sessions, and the trail of it all', async () => {
  const p = owner
  await open(p, '/people', 'People')
  await p.page.getByText('Nobody is entered yet.').waitFor()
  await p.page.getByLabel('Enter a person').fill('Pat Example')
  await p.page.getByRole('button', { name: 'Add' }).click()
  const pat = p.page.getByRole('listitem').filter({ hasText: 'Pat Example' })
  await pat.getByText('none yet: may do nothing').waitFor()
  await pat.getByRole('combobox').selectOption('pharmacist')
  await pat.locator('.role', { hasText: 'Pharmacist' }).waitFor()
  await pat.getByRole('button', { name: 'Make an invitation' }).click()
  const link = await pat.locator('.once code').innerText()
  assert.match(link, /\/invitation#[0-9a-f]{64}$/)
  assert.deepEqual(await look(p, 'people'), [])
  await p.page.reload()
  await pat.waitFor()
  assert.equal(await pat.locator('.once').count(), 0, 'an invitation is shown again')

  await p.page.getByRole('button', { name: 'API keys' }).click()
  await p.page.getByLabel('What will use the key').fill('Warehouse program')
  await p.page.getByLabel('Clerk').check()
  await p.page.getByRole('button', { name: 'Make the key' }).click()
  assert.match(await p.page.locator('.once code').innerText(), /^pedigree_[0-9a-f]{64}$/)
  assert.deepEqual(await look(p, 'keys'), [])
  await p.page.getByRole('button', { name: 'I have it' }).click()
  await p.page.locator('.once').waitFor({ state: 'detached' })
  await p.page.getByRole('button', { name: 'Signed in' }).click()
  await p.page.getByRole('cell', { name: 'Owner of the node' }).first().waitFor()
  assert.deepEqual(await look(p, 'sessions'), [])
  await p.page.getByRole('button', { name: 'Waiting' }).click()
  await p.page.getByText('No act waits for a second person.').waitFor()

  await open(p, '/audit?act=grant-role', 'Audit trail')
  await p.page.getByRole('cell', { name: 'done: 204' }).waitFor()
  assert.deepEqual(await look(p, 'audit'), [])
  assert.ok(await p.page.locator('.scroll.long').evaluate((box) => box.scrollWidth <= box.clientWidth), 'the trail runs sideways')

  const q = await Person.at(browser, { locale: 'en-US' })
  opened.push(q)
  q.node = node
  await q.enrol(link)
  await q.page.goto(`${node.origin}/console/`)
  await q.page.getByRole('heading', { name: 'Inbox', exact: true }).waitFor()
  await q.page.getByText('Maker (test) · Pat Example').waitFor()
  assert.deepEqual(await rail(q), ['Inbox', 'Scan', 'Receiving', 'Cases', 'All records'])
  assert.deepEqual(await look(q, 'inbox of a pharmacist'), [])
  await open(q, '/people', 'People')
  await q.page.getByText(/permission|may not/i).first().waitFor()
  assert.deepEqual(q.refusals.filter((s) => s >= 500), [])
})

test('a session that ends in the form of any act, or of people, loses nothing either', async () => {
  const p = await signedIn()
  const dialog = p.page.getByRole('dialog', { name: 'You were signed out' })
  for (const [at, heading, label, button, done] of [
    ['/do/add-partner', /.+/, /^Name/, 'Send', 'Done'],
    ['/people', 'People', 'Enter a person', 'Add', 'Half Example'],
  ]) {
    await open(p, at, heading)
    const field = p.page.getByLabel(label).first()
    await field.fill('Half Example')
    await p.context.clearCookies()
    await p.page.getByRole('button', { name: button, exact: true }).click()
    await dialog.waitFor()
    await ownerAgain(p)
    assert.equal(await field.inputValue(), 'Half Example', at)
    await p.page.getByRole('button', { name: button, exact: true }).click()
    await p.page.getByText(done).first().waitFor()
  }
})

test('in Spanish a case speaks Spanish', async () => {
  const k = await newCase()
  const p = await signedIn()
  await p.page.evaluate(() => localStorage.setItem('pedigree.language', 'es'))
  await open(p, `/cases/${k.id}`, 'Llegó un producto sin dato alguno')
  await p.page.getByRole('heading', { name: 'Mensaje a Wholesaler (test)' }).waitFor()
  assert.deepEqual(await look(p, 'case in Spanish'), [])
})
