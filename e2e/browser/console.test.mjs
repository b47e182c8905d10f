// The console at a real browser on a real node: scan, goods, journeys, lists and forms,
// by keyboard, in both languages, and when the node is away.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { Node } from './node.mjs'
import { Person, desk, launch, look, phone } from './browser.mjs'
import { gtin, lot, make, manufacturer, path, serial } from './goods.mjs'
import { GS, open, scanned, signedIn as someone, within } from './people.mjs'

const firstScreenBytesMax = 200_000
const commandLine = /pedigree [a-z]+ |--[a-z]/

let node, browser, person
const opened = []

before(async () => {
  [node, browser] = await Promise.all([
    Node.start(...manufacturer),
    launch(),
  ])
  await make(node, 4)
  person = await signedIn()
})
after(async () => {
  await browser?.close()
  await node?.stop()
})
afterEach(async (t) => {
  if (process.env.DEBUG_TEXT) console.log(t.name, '\n', (await person.page.locator('main').innerText()).slice(0, 600), '\nfield:', await person.page.evaluate(() => document.activeElement.outerHTML.slice(0, 200)), person.page.url())
  for (const p of opened) assert.deepEqual(p.faults.splice(0), [], 'a browser had something against a page')
})

async function signedIn(options) {
  const p = await someone(browser, node, options)
  opened.push(p)
  return p
}
const answer = (p) => p.page.getByTestId('answer')

test('the first screen is small, and nothing comes from elsewhere', async () => {
  const p = await signedIn()
  let bytes = 0
  const cdp = await p.context.newCDPSession(p.page)
  await cdp.send('Network.enable')
  await cdp.send('Network.setCacheDisabled', { cacheDisabled: true })
  await cdp.send('Network.setBypassServiceWorker', { bypass: true }) // as at the first visit, without what it keeps
  cdp.on('Network.loadingFinished', (e) => { bytes += e.encodedDataLength })
  await p.page.goto(`${node.origin}/console/`)
  await p.page.getByRole('heading', { name: 'Inbox', exact: true }).waitFor()
  await p.page.waitForLoadState('networkidle')
  assert.ok(bytes > 20_000, `only ${bytes} bytes were seen: this measures nothing`)
  assert.ok(bytes <= firstScreenBytesMax, `the first screen takes ${bytes} bytes`)
  assert.deepEqual(p.asked.filter((u) => !u.startsWith(node.origin) && !u.startsWith('data:') && !u.startsWith('blob:')), [])
  const policy = (await (await fetch(`${node.origin}/console/`)).headers).get('content-security-policy')
  assert.match(policy, /default-src 'none'/)
  assert.doesNotMatch(policy, /'unsafe-inline'|'unsafe-eval'|https?:/)
})

test('whoever is not signed in is taken to sign in and back', async () => {
  const p = await Person.at(browser)
  opened.push(p)
  await p.page.goto(`${node.origin}/console/goods?lot=LOT-7A`)
  await p.page.waitForURL('**/login?next=*')
  assert.equal(new URL(p.page.url()).searchParams.get('next'), '/console/goods?lot=LOT-7A')
})

test('a hand scanner is heard on every page, wherever the focus is', async () => {
  for (const [at, heading, focus] of [['/', 'Inbox'], ['/all', 'All records', 'Filter'], ['/goods', 'Goods', 'Lot'], ['/scan', 'Scan and verify']]) {
    await open(person, at, heading)
    if (focus) await person.page.getByLabel(focus, { exact: true }).focus()
    await scanned(person, `]d201${gtin}21${serial(1)}${GS}17281130`)
    await answer(person).getByText(serial(1), { exact: true }).waitFor()
  }
})

test('OK, STOP and CAN’T TELL each say why and what to do, and offer three acts at most', async () => {
  const { page } = person
  const check = async (code, word) => {
    await open(person, '/scan', 'Scan and verify')
    await page.getByLabel('Scan, or type a code').fill(code)
    await page.keyboard.press('Enter')
    await answer(person).getByRole('region', { name: word }).waitFor()
    const acts = answer(person).locator('.verdict .row')
    assert.ok(await acts.getByRole('button').or(acts.getByRole('link')).count() <= 3)
    assert.deepEqual(await look(person, `scan ${word}`), [])
  }
  await check(`(01)${gtin}(21)${serial(2)}`, 'OK')
  await check(`(01)${gtin}(21)999`, 'CAN’T TELL')
  await page.getByRole('button', { name: 'Keep it apart, and ask the seller' }).waitFor()
  await answer(person).getByText('open a case that asks for its data').waitFor()
  assert.doesNotMatch(await page.innerText('main'), commandLine)
  await node.must('POST', '/api/v1/marks', { items: [path(3)], set: ['held'], clear: [] })
  await check(path(3), 'STOP')
})

test('a pack is released from hold where its STOP is shown, with a reason, and is answered again at once', async () => {
  const { page } = person
  await node.must('POST', '/api/v1/marks', { items: [path(1)], set: ['held'], clear: [] })
  await open(person, '/scan', 'Scan and verify')
  await scanned(person, `01${gtin}21${serial(1)}`)
  await page.getByRole('button', { name: 'Release the hold' }).click()
  const sure = page.getByRole('dialog', { name: 'Release this pack from hold?' })
  await sure.getByLabel('Why it is released').fill('only the box was dented')
  await sure.getByRole('button', { name: 'Release the hold' }).click()
  await answer(person).getByText('The hold is released.').waitFor()
  await answer(person).getByText('You can dispense this pack.').waitFor()
  for (const known of [lot, 'Expires']) await answer(person).getByText(known, { exact: true }).waitFor()
  assert.deepEqual((await node.must('GET', `/api/v1/trace?id=${path(1)}`)).released.map((r) => [r.reason, r.marks]), [['only the box was dented', ['held']]])
})

test('a pack is marked as suspect and the suspicion is taken back on the same screen, with a reason', async () => {
  const { page } = person
  await open(person, '/scan', 'Scan and verify')
  await page.getByLabel('Suspect').check()
  await scanned(person, `01${gtin}21${serial(1)}`)
  await answer(person).getByRole('region', { name: 'OK' }).waitFor()
  await page.getByRole('button', { name: 'Mark as suspect' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Mark as suspect' }).click()
  await answer(person).getByText('Marked as suspect on the ledger. Put it apart.').waitFor()
  await answer(person).getByRole('region', { name: 'STOP' }).waitFor()
  assert.deepEqual(await look(person, 'scan suspect'), [])
  await page.getByRole('button', { name: 'Take the suspicion back' }).click()
  const sure = page.getByRole('dialog', { name: 'Take the mark “suspect” off this pack?' })
  assert.ok(await sure.getByRole('button', { name: 'Take the suspicion back' }).isDisabled(), 'no reason was asked for')
  await sure.getByLabel('Why it is not suspect').fill('compared with another pack')
  await sure.getByRole('button', { name: 'Take the suspicion back' }).click()
  await answer(person).getByText('It is not marked as suspect any more.').waitFor()
  await answer(person).getByRole('region', { name: 'OK' }).waitFor()
  const { released } = await node.must('GET', `/api/v1/trace?id=${path(1)}`)
  assert.deepEqual(released.at(-1).marks, ['suspect'])
  assert.equal(released.at(-1).reason, 'compared with another pack')
})

test('the suspicion of a pack that is being investigated is not taken back by a scan', async () => {
  const { page } = person
  await node.must('POST', '/api/v1/marks', { items: [path(2)], set: ['suspect'], clear: [] })
  const [found] = await node.must('POST', '/api/v1/verdicts', { items: [path(2)] })
  const about = found.facts.find((f) => f.case).case
  await node.must('POST', `/api/v1/cases/${about}/escalate`, { reason: 'another seal' })
  await open(person, '/scan', 'Scan and verify')
  await scanned(person, `01${gtin}21${serial(2)}`)
  await answer(person).getByRole('region', { name: 'STOP' }).waitFor()
  assert.equal(await page.getByRole('button', { name: 'Take the suspicion back' }).count(), 0)
})

test('what can’t be handed out has a label to print and words for the patient', async () => {
  const { page } = person
  await node.ask('POST', '/api/v1/marks', { items: [path(3)], set: ['held'], clear: [] })
  await open(person, '/scan', 'Scan and verify')
  await scanned(person, `01${gtin}21${serial(3)}`)
  await answer(person).getByRole('region', { name: 'STOP' }).waitFor()
  const acts = answer(person).locator('.verdict .row')
  assert.deepEqual(await acts.getByRole('button').filter({ visible: true }).allInnerTexts(), ['Release the hold', 'Print label'])
  await page.getByText('What do I tell the patient?').click()
  await answer(person).getByText('Something about this pack is not in order.').waitFor()
  assert.equal(await page.getByRole('link', { name: 'See what is here' }).getAttribute('href'), `/console/goods?gtin=${gtin}`)
  assert.deepEqual(await look(person, 'what to tell the patient'), [])
  await page.evaluate(() => { globalThis.print = () => { globalThis.printed = true } })
  await page.getByRole('button', { name: 'Print label' }).click()
  await page.waitForFunction(() => globalThis.printed)
  await page.emulateMedia({ media: 'print' })
  const label = page.getByTestId('label')
  for (const text of ['Do not dispense or ship', 'STOP: It is on hold.', serial(3), lot]) await label.getByText(text, { exact: true }).waitFor()
  assert.ok(await label.isVisible(), 'the label is not printed')
  assert.ok(!(await page.getByRole('heading', { name: 'Scan and verify' }).isVisible()), 'the page is printed with it')
  await page.evaluate(() => dispatchEvent(new Event('afterprint')))
  await label.waitFor({ state: 'detached' })
  assert.ok(await page.getByRole('heading', { name: 'Scan and verify' }).isVisible(), 'nothing else can be printed after a label')
  await page.emulateMedia({ media: 'screen' })
})

test('a pack that is OK and looks wrong is put on hold and labelled where it was scanned', async () => {
  const { page } = person
  await open(person, '/scan', 'Scan and verify')
  await page.getByRole('radio', { name: 'Suspect' }).check()
  await scanned(person, `01${gtin}21${serial(1)}`)
  await answer(person).getByRole('region', { name: 'OK' }).waitFor()
  await answer(person).getByRole('link', { name: serial(1) }).waitFor()
  for (const name of ['Mark as suspect', 'Ask the maker']) await answer(person).getByRole('button', { name }).waitFor()
  await answer(person).getByRole('button', { name: 'Put on hold' }).click()
  await page.getByRole('dialog', { name: 'Put it on hold?' }).getByRole('button', { name: 'Put on hold' }).click()
  await answer(person).getByText('It is on hold now.').waitFor()
  await answer(person).getByRole('region', { name: 'STOP' }).waitFor()
  await answer(person).getByRole('button', { name: 'Print label' }).waitFor()
  await node.must('POST', '/api/v1/marks', { items: [path(1)], set: [], clear: ['held'], reason: 'a test' })
})

test('a pharmacist dispenses by keyboard alone, and the same pack is refused the second time', async () => {
  const { page } = person
  await open(person, '/', 'Inbox')
  await page.keyboard.press('s')
  await page.getByRole('heading', { name: 'Scan and verify' }).waitFor()
  await scanned(person, `01${gtin}21${serial(4)}`)
  await answer(person).getByRole('region', { name: 'OK' }).waitFor()
  const tabTo = async (name) => {
    for (let i = 0; i < 60; i++) {
      if (await page.evaluate(() => document.activeElement.textContent) === name) return
      await page.keyboard.press('Tab')
    }
    assert.fail(`${name} can't be reached by Tab`)
  }
  await tabTo('Dispense')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Dispense this pack?' }).waitFor()
  await tabTo('Dispense')
  await page.keyboard.press('Enter')
  await page.getByText('Dispensed. It is off your stock.').waitFor()
  await scanned(person, `01${gtin}21${serial(4)}`)
  await answer(person).getByRole('region', { name: 'STOP' }).waitFor()
})

test('a code of something else is named, and nothing is asked', async () => {
  const { page } = person
  await open(person, '/scan', 'Scan and verify')
  const before = person.asked.length
  await page.getByLabel('Scan, or type a code').fill('https://example.org/offer')
  await page.keyboard.press('Enter')
  await page.getByText(/web address of no product/).waitFor()
  assert.deepEqual(person.asked.slice(before).filter((u) => u.includes('/verdicts')), [])
})

test('a code without a serial number is asked about, and never OK by itself', async () => {
  const { page } = person
  await open(person, '/scan', 'Scan and verify')
  await page.getByLabel('Scan, or type a code').fill(gtin)
  await page.keyboard.press('Enter')
  await answer(person).getByRole('region', { name: 'CAN’T TELL' }).waitFor()
})

test('the journey tells each step with how it is known, and every tab is read by axe', async () => {
  const { page } = person
  await open(person, `/journey?id=${encodeURIComponent(path(1))}`, 'Journey')
  await page.getByText('commissioned').first().waitFor()
  for (const tab of ['Timeline', 'Containers', 'Places', 'Findings', 'Proof', 'Raw EPCIS']) {
    await page.getByRole('tab', { name: tab }).click()
    assert.deepEqual(await look(person, `journey ${tab}`), [])
  }
  await page.getByRole('tab', { name: 'Timeline' }).click()
  await page.getByRole('tabpanel').getByRole('button').first().click()
  await page.getByRole('dialog', { name: 'How this is known' }).waitFor()
  assert.deepEqual(await look(person, 'how it is known'), [])
  await page.keyboard.press('Escape')
})

test('every list of the node is shown, and none throws', async () => {
  const { page } = person
  await open(person, '/all', 'All records')
  assert.deepEqual(await look(person, 'all records'), [])
  const lists = await page.getByRole('link').evaluateAll((links) => links.map((a) => a.getAttribute('href')).filter((h) => h.startsWith('/console/all/')))
  assert.ok(lists.length > 25, `${lists.length} lists`)
  for (const at of lists) {
    if (at.endsWith('/list-own-passkeys')) continue // the owner is no person and has none
    await within(person, at)
    await page.locator(`main[data-at="${at}"] h1`).waitFor()
    await page.locator('.skeleton').first().waitFor({ state: 'detached' })
    assert.equal(await page.getByRole('alert').count(), 0, `${at}: ${await page.locator('main').innerText()}`)
  }
  await open(person, '/all/list-inventory', /.+/)
  await page.locator('.skeleton').first().waitFor({ state: 'detached' })
  assert.deepEqual(await look(person, 'a list'), [])
})

test('every act has a form, whose fields have names', async () => {
  const { page } = person
  await open(person, '/all', 'All records')
  const acts = await page.getByRole('link').evaluateAll((links) => links.map((a) => a.getAttribute('href')).filter((h) => h.startsWith('/console/do/')))
  assert.ok(acts.length > 60, `${acts.length} acts`)
  for (const at of acts) {
    await within(person, at)
    await page.locator(`main[data-at="${at}"]`).getByRole('button', { name: 'Send' }).waitFor()
    const nameless = await page.locator('main :is(input, select, textarea)').evaluateAll((all) => all.filter((f) => f.labels.length === 0).map((f) => f.id))
    assert.deepEqual(nameless, [], at)
  }
  await open(person, '/do/add-partner', /.+/)
  await page.getByLabel(/^Name/).first().fill("Example's (test)")
  await page.getByText('The same for a program').click()
  await page.getByText(`curl --fail-with-body --request POST '${node.origin}/api/v1/partners' `).filter({ hasText: `"name":"Example'\\''s (test)"` }).waitFor()
  assert.deepEqual(await look(person, 'a form'), [])
})

test('a form does what it says, and a refusal keeps what was typed', async () => {
  const { page } = person
  await open(person, '/do/mark', /.+/)
  const judged = async () => (await node.must('POST', '/api/v1/verdicts', { items: [path(2)] }))[0].rule
  const rule = await judged()
  await page.getByLabel(/^Items/).fill(path(2))
  const set = page.getByRole('group', { name: /^Set/ })
  await set.getByRole('button', { name: 'Add' }).click()
  await set.getByRole('combobox').selectOption('held')
  await page.getByRole('button', { name: 'Check only' }).click()
  await page.getByText('nothing stands against it now, and nothing was changed').waitFor()
  assert.equal(await judged(), rule)
  await page.getByLabel(/^Items/).fill('no such thing')
  await page.getByRole('button', { name: 'Check only' }).click()
  await page.getByRole('alert').waitFor()
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByRole('alert').waitFor()
  assert.equal(await page.getByLabel(/^Items/).inputValue(), 'no such thing')
  assert.deepEqual(await look(person, 'a refusal'), [])
})

test('what somebody wrote is shown as text, whatever it is', async () => {
  const { page } = person
  const name = `<img src=x onerror="document.title='run'"> =1+1 \u202eright to left ${'long '.repeat(20)}`.slice(0, 190)
  await node.must('POST', '/api/v1/partners', { name, roles: 'wholesaler' })
  await open(person, '/all/list-partners', /.+/)
  await page.getByText('<img src=x').first().waitFor()
  assert.notEqual(await page.title(), 'run')
  assert.deepEqual(await look(person, 'free text'), [])
  await page.getByRole('button', { name: 'Export' }).click()
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Table (CSV)' }).click()])
  assert.equal(file.suggestedFilename(), 'partners.csv')
})

test('everything stands in Spanish too', async () => {
  const p = await signedIn()
  await p.page.getByRole('button', { name: 'Settings' }).click()
  await p.page.getByLabel('Language').selectOption('es')
  await p.page.getByRole('dialog', { name: 'Ajustes' }).getByRole('button', { name: 'Cerrar', exact: true }).click()
  await p.page.getByRole('heading', { name: 'Bandeja' }).waitFor()
  assert.equal(await p.page.evaluate(() => document.documentElement.lang), 'es')
  await p.page.goto(`${node.origin}/console/scan?item=${encodeURIComponent(path(3))}`)
  await answer(p).getByRole('region', { name: 'ALTO' }).waitFor()
  await p.page.getByText('Está retenido').first().waitFor()
  assert.deepEqual(await look(p, 'scan in Spanish'), [])
  await p.page.goto(`${node.origin}/console/scan?item=${encodeURIComponent(`(01)${gtin}(21)999`)}`)
  await answer(p).getByRole('region', { name: 'NO SE SABE' }).getByText('Reténgalo y pregunte al vendedor.').waitFor()
  assert.equal(await answer(p).locator('.verdict [lang=en]').count(), 0, 'the answer itself is in English')
  await answer(p).locator('.facts-list [lang=en]', { hasText: 'no record of it' }).waitFor()
  assert.doesNotMatch(await p.page.innerText('main'), commandLine)
})

test('goods stand as on their labels, and have room on a desk and on a phone', async () => {
  const { page } = person
  await node.must('POST', `/api/v1/products/${gtin}`, { values: { name: 'Sample tablets 10 mg, 30 tablets' } })
  await open(person, '/goods', 'Goods')
  const row = page.getByRole('row').filter({ hasText: `SN ${serial(2)}` })
  await row.waitFor()
  for (const says of ['Sample tablets 10 mg', `GTIN ${gtin}`, 'LOT-7A']) assert.ok((await row.innerText()).includes(says), `${says} is not in ${await row.innerText()}`)
  assert.doesNotMatch(await page.getByRole('table').innerText(), /\/01\//)
  for (const viewport of [phone, desk]) {
    await page.setViewportSize(viewport)
    await row.waitFor()
    const over = await page.locator('.scroll.long').evaluate((box) => [box.scrollWidth - box.clientWidth, ...[...box.querySelectorAll('.line')].map((l) => l.scrollHeight - l.clientHeight)])
    assert.ok(Math.max(...over) <= 0, `at ${viewport.width} pixels rows are cut: ${over}`)
  }
  assert.deepEqual(await look(person, 'goods'), [])
})

test('the palette goes anywhere by keyboard', async () => {
  const { page } = person
  await open(person, '/', 'Inbox')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('proposals')
  assert.deepEqual(await look(person, 'the palette'), [])
  await page.keyboard.press('Enter')
  await page.waitForURL('**/all/list-proposals')
})

test('a node that lags says since when, on every page', async () => {
  const { page } = person
  const old = new Date(Date.now() - 10 * 60_000).toISOString()
  await page.route('**/api/v1/status', async (r) => {
    const res = await r.fetch()
    await r.fulfill({ response: res, json: { ...(await res.json()), block_time: old } })
  })
  await open(person, '/goods', 'Goods')
  await page.getByText('This node has not heard of the ledger since').waitFor()
  await page.unroute('**/api/v1/status')
  await page.getByText('This node has not heard of the ledger since').waitFor({ state: 'detached', timeout: 15_000 })
})

test('what no label has is looked up on the ledger, and the keys are listed without a keyboard too', async () => {
  const { page } = person
  await open(person, '/', 'Inbox')
  await page.getByLabel('Search or scan').fill('TEST-1')
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: 'Look “TEST-1” up on the ledger' }).click()
  await page.getByRole('heading', { name: /TEST-1/ }).waitFor()
  await page.getByLabel('Search or scan').fill('(414)0399991000015')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: /0399991000015/ }).waitFor()
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('button', { name: 'Keys' }).click()
  await page.getByRole('dialog', { name: 'Keys' }).getByText('Scan and verify').waitFor()
})

test('a node that is away is said to be away, and the page goes on when it is back', async () => {
  const p = await signedIn()
  await open(p, '/goods', 'Goods')
  await p.cut()
  await p.page.getByText('No connection to the node').waitFor({ timeout: 60_000 })
  await p.page.getByLabel('Lot', { exact: true }).fill('LOT-8')
  await p.page.getByRole('button', { name: 'Apply' }).click()
  await p.page.getByText('The node does not answer').waitFor({ timeout: 60_000 })
  assert.deepEqual(await look(p, 'away'), [])
  assert.equal(await p.page.getByLabel('Lot', { exact: true }).inputValue(), 'LOT-8')
  await p.joined()
  await p.page.getByRole('button', { name: 'Try again' }).click()
  await p.page.getByText('No rows. Filters may hide some.').waitFor()
})

test('who works for two organisations of a node goes from one to the other, and signing out ends both', async () => {
  const from = new Date(Date.now() - 864e5).toISOString().slice(0, 10)
  const until = new Date(Date.now() + 300 * 864e5).toISOString().slice(0, 10)
  node.verb('hosted', 'add', '--org', 'corner', '--name', 'Corner Pharmacy (test)', '--role', 'dispenser', '--gln', '0399981000018', '--licence', `dispenser:US:TEST-2:${from}:${until}`)
  node.verb('org', 'propose', 'org', 'admit', join(node.home, 'orgs', 'corner', 'admission.json'))
  const token = readFileSync(join(node.home, 'orgs', 'corner', 'api.token'), 'utf8').trim().split('\n').at(-1)
  const p = await signedIn()
  const { page } = p
  const who = (org) => page.getByRole('banner').getByRole('button', { name: org }).click()
  await who('Maker (test)')
  await page.getByRole('button', { name: 'Sign in for another organisation as well' }).click()
  await page.getByText('As the owner of this node').click()
  await page.getByLabel('Access token').fill(token)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL('**/console/')
  await who('Corner Pharmacy (test)')
  await page.getByRole('button', { name: /^Act for maker as / }).waitFor()
  assert.deepEqual(await look(p, 'for whom one acts'), [])
  await page.getByRole('button', { name: /^Act for maker as / }).click()
  await who('Maker (test)')
  await page.getByRole('button', { name: /^Act for corner as / }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('You are signed out.').waitFor()
  await page.goto(`${node.origin}/console/`)
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
})
