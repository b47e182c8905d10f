// The demonstration as somebody meets it who has read nothing: each of its people has a
// path of five minutes on the first screen, and it leads where it says.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { Person, desk, launch, look } from './browser.mjs'
import { program } from './node.mjs'
import { scanned, within } from './people.mjs'

let demo, story, browser, dir
const opened = []

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pedigree-demo-'))
  demo = spawn(program, ['demo', '--json', '--dir', join(dir, 'net')], { stdio: ['ignore', 'pipe', 'ignore'] })
  const told = new Promise((done, failed) => {
    let text = ''
    demo.stdout.on('data', (chunk) => {
      text += chunk
      try { done(JSON.parse(text)) } catch { /* not all of it yet */ }
    })
    demo.once('exit', (code) => failed(new Error(`the demonstration ended with ${code}`)))
  });
  [story, browser] = await Promise.all([told, launch()])
})
after(async () => {
  await browser?.close()
  if (demo?.exitCode === null) {
    const ended = new Promise((done) => demo.once('exit', done))
    demo.kill('SIGINT')
    await ended
  }
  rmSync(dir, { recursive: true, force: true })
})
afterEach(() => {
  for (const p of opened) assert.deepEqual(p.faults.splice(0), [], 'a browser had something against a page')
})

// as signs in as one of the demonstration's people, by the link that it prints.
async function as(role, locale = 'en-US') {
  const p = await Person.at(browser, { viewport: desk, locale })
  opened.push(p)
  await p.page.goto(story.people.find((one) => one.role === role).url)
  await p.page.locator('.guide').waitFor()
  p.path = p.page.locator('.guide')
  return p
}
const goHome = (p) => p.page.getByRole('link', { name: 'Inbox', exact: true }).click()

test('each person has a path whose every step leads to a page', async () => {
  for (const { role } of story.people) {
    const p = await as(role)
    const steps = await p.path.getByRole('listitem').getByRole('link').all()
    assert.ok(steps.length >= 3 && steps.length <= 6, `${role} has ${steps.length} steps`)
    for (const href of await Promise.all(steps.map((s) => s.getAttribute('href')))) {
      await within(p, href)
      await p.page.getByRole('heading', { level: 1 }).filter({ hasNotText: 'Inbox' }).waitFor()
      assert.equal(await p.page.getByText('Nothing is there.').count(), 0, `${role}: ${href} leads nowhere`)
      await within(p, '/console/')
      await p.path.waitFor()
    }
  }
})

test('a pharmacist dispenses the first pack of the path, which ticks it, releases the held one, and hides the path', async () => {
  const p = await as('Pharmacist')
  const { page } = p
  assert.deepEqual(await look(p, 'guided path'), [])
  await p.path.getByText('0 of 6 done').waitFor()
  await p.path.getByRole('link', { name: /^Scan a pack of your stock/ }).click()
  await page.getByText('You can dispense this pack.').waitFor()
  await page.getByRole('button', { name: 'Dispense' }).click()
  await page.getByRole('dialog', { name: 'Dispense this pack?' }).getByRole('button', { name: 'Dispense' }).click()
  await page.getByText('Dispensed. It is off your stock.').waitFor()
  await goHome(p)
  await p.path.getByText('1 of 6 done').waitFor()
  await page.reload()
  await p.path.getByText('1 of 6 done').waitFor()
  await p.path.getByRole('button', { name: 'Hide this list' }).click()
  await page.reload()
  await page.getByRole('button', { name: 'Show the guided path' }).waitFor()
  assert.equal(await p.path.count(), 0)
})

test('a pharmacist with a pack that nobody told of keeps it apart and asks its seller, who has the case', async () => {
  const p = await as('Pharmacist')
  const { page } = p
  await p.path.getByRole('link', { name: /^Scan a pack that nobody/ }).click()
  await page.getByRole('button', { name: 'Keep it apart, and ask the seller' }).click()
  await page.getByLabel('Who sold it').selectOption('Wholesaler (demonstration)')
  await page.getByRole('button', { name: 'Open the case' }).click()
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByText('Wait for the partner’s answer').first().waitFor()
  const seller = await as('Receiving clerk')
  await seller.page.getByRole('heading', { name: 'Cases 2' }).waitFor()
})

test('a clerk follows the path from the dock to the message to the seller, who has it at once', async () => {
  const p = await as('Receiving clerk')
  const { page } = p
  const codes = await p.path.locator('.code').allInnerTexts()
  await p.path.getByRole('link', { name: /^A pallet stands at the dock/ }).click()
  await page.getByRole('button', { name: 'Receive', exact: true }).click()
  await page.getByRole('heading', { name: /^Receiving \d+$/ }).waitFor()
  for (const code of codes) await scanned(p, code.replace(/[()]/g, ''))
  await page.getByRole('heading', { name: 'What differs 1' }).waitFor()
  await page.getByRole('button', { name: 'Receive the good 6 cases' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Receive the good 6 cases' }).click()
  await page.getByText('6 cases received: 48 packs are in your stock.').waitFor()
  await page.getByRole('button', { name: 'Tell the seller' }).click()
  await page.getByText('Told. The seller sees this case on its own node.').waitFor()
  const seller = await as('Serialization manager')
  await seller.page.getByRole('heading', { name: 'Cases 2' }).waitFor()
})

test('the path stands in Spanish too', async () => {
  const p = await as('Inspector', 'es-ES')
  await p.path.getByText(/Busque la información y declaración de transacción/).waitFor()
  assert.deepEqual(await look(p, 'guided path in Spanish'), [])
})
