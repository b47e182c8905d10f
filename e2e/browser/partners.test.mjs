// Trading partners at a real browser on a real node: the address book, who is authorised
// today and on an earlier day, the licence lists, and what a name may hold.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { Node } from './node.mjs'
import { Person, launch, look } from './browser.mjs'
import { open, signedIn } from './people.mjs'

const gln = '0614141000012'
const dayMs = 86_400_000
const day = (days) => new Date(Date.now() + days * dayMs).toISOString().slice(0, 10)
const list = 'board-us-il'
const mapping = {
  source: list, kind: 'licence', role: 'dispenser', place: 'US-IL', complete: true, dates: 'YYYY-MM-DD',
  columns: { key: 'License', to: 'Expires' }, ignored: ['Name'],
}

let node, browser, owner, at
const opened = []

before(async () => {
  [node, browser] = await Promise.all([Node.start('--gln', '0399991000015'), launch()])
  owner = await signedIn(browser, node)
  opened.push(owner)
})
after(async () => {
  await browser?.close()
  await node?.stop()
})
afterEach(() => {
  for (const p of opened) assert.deepEqual(p.faults.splice(0), [], 'a browser had something against a page')
})

// file is one on the disk, as a person chooses it.
function file(name, content) {
  mkdirSync(node.dir, { recursive: true })
  const path = join(node.dir, name)
  writeFileSync(path, content)
  return path
}
const verdict = (word) => owner.page.locator('.verdict').filter({ hasText: word })
const heading = (name) => owner.page.getByRole('heading', { name, level: 1 }).waitFor()

test('an empty book says what to do; a partner is added by keyboard alone', async () => {
  const { page } = owner
  await open(owner, '/partners', 'Partners')
  await page.getByText('Nobody is in the address book yet.').waitFor()
  assert.deepEqual(await look(owner, 'partners none'), [])
  await page.getByRole('button', { name: 'Add a partner' }).focus()
  await page.keyboard.press('Enter')
  await page.getByLabel('Name of the company').focus()
  await page.keyboard.insertText('Pharmacy (test)') // typed at once it would be a hand scanner
  await page.getByLabel('Dispenser').focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('Enter')
  await heading('Pharmacy (test)')
  at = new URL(page.url()).pathname.replace('/console', '')
  await verdict('Can’t tell').getByText('Enter its site by GLN').waitFor()
  assert.deepEqual(await look(owner, 'partner without a site'), [])
})

test('with a site, a list and its number there the partner is authorised, and the page says how that is known', async () => {
  const { page } = owner
  await page.getByRole('button', { name: 'Add a site' }).click()
  const site = page.getByRole('form', { name: 'Add a site' })
  await site.getByLabel('GLN').fill('0614141000013')
  await site.getByRole('button', { name: 'Save the site' }).click()
  await site.getByRole('alert').getByText(/check digit/).waitFor()
  await site.getByLabel('GLN').fill(gln)
  await site.getByLabel('City').fill('Springfield')
  await site.getByLabel('State').fill('il')
  await site.getByLabel('Country').fill('us')
  await site.getByLabel('Time zone').fill('America/Chicago')
  await site.getByRole('button', { name: 'Save the site' }).click()
  await verdict('Can’t tell').getByText('Say under which number lists have this site').waitFor()

  await open(owner, '/partners?show=lists', 'Partners')
  await page.getByText('No list is loaded.').waitFor()
  await page.getByText('Load a list').click()
  await page.getByLabel('Mapping (JSON)').setInputFiles(file('board.json', JSON.stringify(mapping)))
  await page.getByLabel('File of the list').setInputFiles(file('board.csv', `Name,License,Expires\nPharmacy,L-1,${day(30)}\nOther,L-2,soon\n`))
  await page.getByRole('button', { name: 'Load it' }).click()
  await page.getByText(/^board-us-il of .* is loaded: 1 rows\.$/).waitFor()
  await page.getByText(/^line 3: /).waitFor()
  await page.getByRole('cell', { name: 'Dispenser, US-IL' }).waitFor()
  assert.deepEqual(await look(owner, 'licence lists'), [])

  await open(owner, at, 'Pharmacy (test)')
  await page.getByRole('button', { name: 'Say how a list has it' }).click()
  await page.getByLabel('Number on the list').fill('L-1')
  await page.getByRole('button', { name: 'Save the number' }).click()
  await verdict('Authorised').getByText('You may trade with Pharmacy (test) today.').waitFor()
  const today = page.getByRole('article', { name: gln, exact: true })
  await today.getByText('State licence: in effect').first().waitFor()
  await today.getByRole('button', { name: 'reported' }).click()
  await page.getByRole('dialog', { name: 'How this is known' }).getByText('A document or a list says so.').waitFor()
  await page.keyboard.press('Escape')
  assert.deepEqual(await look(owner, 'partner authorised'), [])
})

test('a list on its way is stopped, counts for nothing, still stands after a reload, and goes on', async () => {
  const { page } = owner
  const rows = 400_000
  const words = async () => (await node.must('GET', '/api/v1/partners/standings')).map((s) => s.authority.word)
  const before = await words() // authorised, for the last line of the long list says so too
  await open(owner, '/partners?show=lists', 'Partners')
  await page.getByText('Load a list').click()
  await page.getByLabel('Which list').selectOption(list)
  await page.getByLabel('File of the list').setInputFiles(file('long.csv', `Name,License,Expires\n${Array.from({ length: rows }, (_, i) => `,M-${i},${day(30)}`).join('\n')}\nPharmacy,L-1,${day(30)}\n`))
  await page.getByRole('button', { name: 'Load it' }).click()
  const load = page.locator('.card').filter({ has: page.getByRole('heading', { name: /^board-us-il of / }) })
  await load.getByRole('button', { name: 'Stop' }).click()
  await load.getByText('Stopped', { exact: true }).waitFor()
  const [job] = await node.must('GET', '/api/v1/jobs?kind=load-licence-list&limit=1')
  assert.equal(job.state, 'paused')
  assert.ok((job.progress.done ?? 0) < rows, `all ${job.progress.done} were read before it stopped`)
  await page.reload()
  await load.getByText('Nothing of the list counts yet.', { exact: false }).waitFor()
  assert.deepEqual(await look(owner, 'licence list stopped'), [])
  assert.equal((await node.must('GET', '/api/v1/partners/lists')).length, 1)
  assert.deepEqual(await words(), before)
  await load.getByRole('button', { name: 'Go on' }).click()
  await load.getByRole('progressbar').waitFor()
  await page.getByRole('cell', { name: String(rows + 1) }).waitFor({ timeout: 120_000 }) // a machine that does more takes its time
  assert.equal((await node.must('GET', '/api/v1/partners/lists')).length, 2)
  await open(owner, at, 'Pharmacy (test)')
})

test('a check is kept; a licence that ends makes it not authorised, and the earlier day stays as it was known', async () => {
  const { page } = owner
  await page.getByLabel('What for').fill('order 7')
  await page.getByRole('button', { name: 'Check and keep the answer' }).click()
  const checks = page.getByRole('region', { name: 'Checks that were kept' })
  await checks.getByText('order 7').waitFor()
  await checks.getByText('Authorised', { exact: true }).waitFor()

  await node.must('POST', `/api/v1/partners/lists?source=${list}&as_of=${day(0)}`, `Name,License,Expires\nPharmacy,L-1,${day(-2)}\n`)
  await page.reload()
  await verdict('Not authorised').getByText('Don’t trade with Pharmacy (test) today.').waitFor()
  await verdict('Not authorised').getByText('ask the partner').waitFor()
  await page.getByRole('article', { name: gln, exact: true }).getByText('State licence: ended').first().waitFor()
  assert.deepEqual(await look(owner, 'partner not authorised'), [])

  const was = page.getByRole('region', { name: 'On an earlier day' })
  await was.getByLabel('Day of the trade').fill(day(0))
  await was.getByLabel('As known on').fill(day(-1))
  await was.getByRole('button', { name: 'Look' }).click()
  await was.getByText('Can’t tell', { exact: true }).waitFor()
  await was.getByText('What was learned since changes the answer: Not authorised today.').waitFor()
  assert.match(page.url(), new RegExp(`day=${day(0)}&known=${day(-1)}`))
  await was.getByLabel('As known on').fill('')
  await was.getByRole('button', { name: 'Look' }).click()
  await was.getByText('Not authorised', { exact: true }).waitFor()
  assert.deepEqual(await look(owner, 'partner replayed'), [])
})

test('whom to ask and the way of documents are entered, refused with the reason, and removed', async () => {
  const { page } = owner
  await open(owner, at, 'Pharmacy (test)')
  const ask = page.getByRole('region', { name: 'Whom to ask' })
  await ask.getByRole('button', { name: 'Enter whom to ask' }).click()
  await ask.getByLabel('E-mail').fill('exceptions@pharmacy.example')
  await ask.getByRole('button', { name: 'Save' }).click()
  await ask.getByRole('link', { name: 'exceptions@pharmacy.example' }).waitFor()
  const ways = page.getByRole('region', { name: 'How documents reach it' })
  await ways.getByRole('button', { name: 'Enter a way' }).click()
  await ways.getByLabel('Way', { exact: true }).selectOption('https')
  await ways.getByLabel('Where to').fill('https://user:secret@pharmacy.example/in')
  await ways.getByRole('button', { name: 'Save' }).click()
  await ways.getByRole('alert').getByText(/name a credential of the configuration/).waitFor()
  await ways.getByLabel('Way', { exact: true }).selectOption('hand')
  await ways.getByLabel('Where to').fill('')
  await ways.getByRole('button', { name: 'Save' }).click()
  await ways.getByText('By hand · EPCIS2.0').waitFor()
  await ways.getByRole('button', { name: 'Remove the way for Transaction information' }).click()
  await page.getByRole('dialog', { name: /^Remove the way/ }).getByRole('button', { name: 'Remove the way' }).click()
  await ways.getByText('No way is entered.').waitFor()
})

test('markup and a very long name stay text; the book is searched, filtered by its light, and saved', async () => {
  const { page } = owner
  const evil = `=1+1 <img src=x onerror="window.pwned=1"> \u202e${'long'.repeat(35)}`
  const { id } = await node.must('POST', '/api/v1/partners', { name: evil, roles: 'wholesaler' })
  await open(owner, '/partners', 'Partners')
  await page.getByRole('row').filter({ hasText: '=1+1 <img' }).getByText('Can’t tell').waitFor()
  await page.getByRole('row').filter({ hasText: 'Pharmacy (test)' }).getByText('Not authorised').waitFor()
  assert.deepEqual(await look(owner, 'partners'), [])
  await page.getByLabel('Authorised today').selectOption('stop')
  await page.getByRole('button', { name: 'Apply' }).click()
  await page.waitForURL('**/partners?light=stop')
  await page.getByRole('link', { name: /=1\+1/ }).waitFor({ state: 'detached' })
  await page.getByLabel('Name, city or GLN').fill('nobody at all')
  await page.getByRole('button', { name: 'Apply' }).click()
  await page.getByText('No partner is like that.').waitFor()
  await page.getByRole('button', { name: 'Show all' }).click()
  await page.getByRole('button', { name: 'Export' }).click()
  const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Table (CSV)' }).click()])
  const chunks = []
  for await (const chunk of await saved.createReadStream()) chunks.push(chunk)
  const csv = Buffer.concat(chunks).toString()
  assert.match(csv, /^id,name,org,roles,sites,authorised,since\r\n/)
  assert.ok(csv.includes(`"'=1+1 <img`), `a formula is left in ${csv}`)

  await page.getByRole('link', { name: /=1\+1/ }).click()
  await page.waitForURL(`**/partners/${id}`)
  await heading(/^=1\+1/)
  assert.deepEqual(await look(owner, 'partner with a name that means harm'), [])
  await page.getByRole('button', { name: 'Change name and roles' }).click()
  await page.getByLabel('Name of the company').fill('x'.repeat(10_000))
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await heading('x'.repeat(200))
  assert.deepEqual(await look(owner, 'partner with the longest name'), [])
  assert.equal((await node.ask('POST', `/api/v1/partners/${id}`, { name: 'x'.repeat(10_000) })).status, 422)
  await page.getByRole('button', { name: 'Remove from the address book' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove from the address book' }).click()
  await page.waitForURL('**/partners')
  await page.getByRole('link', { name: 'Pharmacy (test)' }).waitFor()
  assert.equal(await page.getByRole('link', { name: /^x+$/ }).count(), 0)
  assert.equal(await page.evaluate(() => window.pwned), undefined)
})

test('who only reads sees no form, who may not is told; in Spanish the page speaks Spanish', async () => {
  const people = []
  for (const [name, role] of [['Iris Example', 'regulator'], ['Olaf Example', 'operator']]) {
    const p = await Person.at(browser, { locale: 'en-US' })
    opened.push(p)
    p.node = node
    await p.enrol((await node.person(name, role)).link)
    people.push(p)
  }
  const [inspector, operator] = people
  await open(inspector, at, 'Pharmacy (test)')
  await inspector.page.getByText('Don’t trade with Pharmacy (test) today.').waitFor()
  await inspector.page.getByText('You may read it.').waitFor()
  assert.equal(await inspector.page.getByRole('button', { name: 'Add a site' }).count(), 0)
  await open(operator, '/partners', 'Partners')
  await operator.page.getByText('You may not see this.').waitFor()
  assert.deepEqual(await look(operator, 'partners not allowed'), [])
  await owner.page.evaluate(() => localStorage.setItem('pedigree.language', 'es'))
  await open(owner, at, 'Pharmacy (test)')
  await verdict('No autorizado').getByText('Hoy no comercie con Pharmacy (test).').waitFor()
  assert.deepEqual(await look(owner, 'partner in Spanish'), [])
})
