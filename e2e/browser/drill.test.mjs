// The console of a network for practice: every screen, every printed page and every file
// says so, and a real network's console says that it is none.
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { Node } from './node.mjs'
import { desk, launch, look, phone } from './browser.mjs'
import { make, manufacturer } from './goods.mjs'
import { open, signedIn } from './people.mjs'

let browser, drill, real, person
const people = []
const enter = async (node) => {
  const p = await signedIn(browser, node)
  people.push(p)
  return p
}

before(async () => {
  [drill, real, browser] = await Promise.all([Node.start(...manufacturer, '--drill'), Node.start(...manufacturer), launch()])
  await make(drill, 1)
  person = await enter(drill)
})
after(async () => {
  await browser?.close()
  await Promise.all([drill?.stop(), real?.stop()])
})
afterEach(() => {
  for (const p of people) assert.deepEqual(p.faults.splice(0), [], 'a browser had something against a page')
})

const banner = (p) => p.page.getByText('This is a drill.')

test('every screen of a drill says so, on a desk and on a phone', async () => {
  for (const [at, heading] of [['/', 'Inbox'], ['/scan', 'Scan and verify'], ['/goods', 'Goods'], ['/cases', 'Cases']]) {
    await open(person, at, heading)
    await banner(person).waitFor()
  }
  await person.page.getByText('Drill on', { exact: true }).waitFor()
  assert.deepEqual(await look(person, 'a drill'), [])
  await person.page.setViewportSize(phone)
  assert.ok(await banner(person).isVisible(), 'the banner is not on a phone')
  await person.page.setViewportSize(desk) // where the bar has the word too
})

test('what is printed or saved in a drill is marked', async () => {
  await open(person, '/goods', 'Goods')
  const mark = person.page.locator('.watermark')
  assert.ok(!(await mark.isVisible()), 'the watermark stands on the screen')
  await person.page.emulateMedia({ media: 'print' })
  assert.ok(await mark.isVisible(), 'nothing marks the printed page')
  assert.ok(await banner(person).isVisible(), 'the printed page has no banner')
  await person.page.emulateMedia({ media: 'screen' })
  await drill.must('POST', '/api/v1/partners', { name: 'Wholesaler (test)', roles: 'wholesaler' })
  await open(person, '/all/list-partners', /.+/)
  await person.page.getByText('Wholesaler (test)').first().waitFor()
  await person.page.getByRole('button', { name: 'Export' }).click()
  const [file] = await Promise.all([person.page.waitForEvent('download'), person.page.getByRole('button', { name: 'Table (CSV)' }).click()])
  assert.equal(file.suggestedFilename(), 'drill-partners.csv')
})

test('a drill is said without a connection, and in Spanish', async () => {
  await open(person, '/scan', 'Scan and verify')
  await person.page.getByRole('button', { name: 'Settings' }).click()
  await person.page.getByLabel('Language').selectOption('es')
  await person.page.getByText('Esto es un simulacro.').waitFor()
  await person.page.getByText('Simulacro: sí', { exact: true }).waitFor()
  await person.cut()
  assert.ok(await person.page.getByText('Esto es un simulacro.').isVisible())
  await person.joined()
})

test('a real network says that it is no drill', async () => {
  const p = await enter(real)
  await open(p, '/', 'Inbox')
  await p.page.getByText('Drill off', { exact: true }).waitFor()
  assert.equal(await banner(p).count(), 0)
  assert.equal(await p.page.locator('.watermark').count(), 0)
})
