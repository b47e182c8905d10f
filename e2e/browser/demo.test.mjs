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
    assert.ok(steps.length >= 3 && steps.length <= 9, `${role} has ${steps.length} steps`)
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
  await p.path.getByText('0 of 9 done').waitFor()
  await p.path.getByRole('link', { name: /^Scan a pack of your stock/ }).click()
  await page.getByText('You can dispense this pack.').waitFor()
  await page.getByRole('button', { name: 'Dispense' }).click()
  await page.getByRole('dialog', { name: 'Dispense this pack?' }).getByRole('button', { name: 'Dispense' }).click()
  await page.getByText('Dispensed. It is off your stock.').waitFor()
  await goHome(p)
  await p.path.getByText('1 of 9 done').waitFor()
  await page.reload()
  await p.path.getByText('1 of 9 done').waitFor()
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

test('a pharmacist has a recalled pack put on hold and its seller asked to take it back, and an expired and a lapsed one end with the seller too', async () => {
  const p = await as('Pharmacist')
  const { page } = p
  const follow = async (step, says) => {
    await goHome(p)
    await p.path.getByRole('link', { name: step }).click()
    await page.getByTestId('answer').getByRole('region', { name: 'STOP' }).getByText(says).first().waitFor()
    assert.deepEqual(await look(p, `demo ${says}`), [])
  }
  const toSeller = async (button, seller) => {
    await page.getByRole('button', { name: button }).click()
    const dialog = page.getByRole('dialog', { name: button })
    await dialog.getByLabel('Who sold it').selectOption(seller)
    await dialog.getByRole('button', { name: 'Open the case' }).click()
    await page.getByText(/^Case \d+ ·/).waitFor()
  }
  await follow(/^Scan a pack that expired/, /expired/)
  assert.equal(await page.getByRole('button', { name: 'Put on hold' }).count(), 0, 'the ledger does not know the pack')
  await toSeller('Ask the seller to take it back', 'Supplier (demonstration)')
  await follow(/^Scan a pack whose seller/, /authorised trading partner/)
  await toSeller('Open a case with the seller', 'Supplier (demonstration)')
  await follow(/^Scan a pack whose maker recalls/, /recall/)
  await page.getByRole('button', { name: 'Put on hold' }).click()
  await page.getByRole('dialog', { name: 'Put it on hold?' }).getByRole('button', { name: 'Put on hold' }).click()
  await page.getByText('It is on hold now.').waitFor()
  await page.getByRole('button', { name: 'Release the hold' }).waitFor()
  await toSeller('Ask the seller to take it back', 'Maker (demonstration)')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByText('Wait for the partner’s answer').first().waitFor()
})

test('a serialization manager finds the wrong line of a file in two clicks, and sends what did not arrive again in one', async () => {
  const p = await as('Serialization manager')
  const { page } = p
  await p.path.getByRole('link', { name: /^A file came to no message/ }).click()
  await page.getByText('Show the lines').first().click()
  await page.getByText(/expired on/).first().waitFor()
  assert.deepEqual(await look(p, 'demo failed file'), [])
  await goHome(p)
  await p.path.getByRole('link', { name: /^The data of one shipment/ }).click()
  await page.getByRole('region', { name: 'Delivery failed' }).waitFor()
  await page.getByText('Clinic (demonstration)').waitFor()
  await page.getByRole('button', { name: 'Send it again' }).click()
  await page.getByRole('region', { name: 'Delivered' }).waitFor()
  await goHome(p)
  await p.path.getByRole('listitem').filter({ hasText: 'The data of one shipment' }).getByText('done').waitFor()
})

test('a serialization manager ships what is in stock from the console, by scanning it, and its data arrives', async () => {
  const p = await as('Serialization manager')
  const { page } = p
  const code = await p.path.locator('.code').innerText()
  await p.path.getByRole('link', { name: /^Ship a pallet/ }).click()
  await page.getByRole('heading', { name: 'Ship goods' }).waitFor()
  await page.getByLabel('Customer').selectOption('Wholesaler (demonstration)')
  await page.getByLabel(/^What goes/).fill('(01)00399991123456(21)1')
  await page.getByRole('button', { name: 'See what the customer will find' }).click()
  await page.getByRole('alert').getByText('A digit of this code is wrong').waitFor()
  await page.getByLabel(/^What goes/).fill('')
  await page.getByRole('heading', { name: 'Ship goods' }).click()
  for (let twice = 0; twice < 2; twice++) await scanned(p, code.replace(/[()]/g, ''))
  await page.getByRole('button', { name: 'See what the customer will find' }).click()
  await page.getByRole('region', { name: 'What the customer will find' }).waitFor()
  assert.deepEqual(await look(p, 'ship goods'), [])
  await page.getByRole('button', { name: 'Ship', exact: true }).click()
  await page.getByRole('dialog', { name: 'Offer 1 thing to Wholesaler (demonstration), with its data?' }).getByRole('button', { name: 'Ship' }).click()
  await page.getByRole('region', { name: 'Delivered' }).waitFor()
})

test('the owner sees which supplier may not sell any more, and since when', async () => {
  const p = await as('Owner of the pharmacy')
  const { page } = p
  await p.path.getByRole('link', { name: /^One supplier/ }).click()
  await page.getByRole('heading', { name: 'Partners', level: 1 }).waitFor()
  await page.getByRole('link', { name: 'Supplier (demonstration)' }).click()
  await page.getByRole('heading', { name: 'Supplier (demonstration)', level: 1 }).waitFor()
  await page.getByText('State licence: ended').first().waitFor()
})

test('the owner invites a person, who registers and goes on to the console, and takes the role away by a button that can be read', async () => {
  const p = await as('Owner of the pharmacy')
  const { page } = p
  await p.path.getByRole('link', { name: /^Invite a person/ }).click()
  await page.getByLabel('Enter a person').fill('Sam Sample')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  const row = page.locator('main li, main article, main section').filter({ has: page.getByRole('heading', { name: 'Sam Sample' }) }).last()
  await row.getByRole('combobox').selectOption('Pharmacist')
  await row.getByRole('button', { name: 'Take the role Pharmacist from Sam Sample' }).waitFor()
  await row.getByRole('button', { name: 'Make an invitation' }).click()
  const link = await row.locator('.once code').innerText()
  const guest = await Person.at(browser, { viewport: desk })
  opened.push(guest)
  await guest.enrol(link)
  await guest.page.getByRole('link', { name: 'Go to the console' }).click()
  await guest.page.getByRole('heading', { name: 'Inbox', exact: true }).waitFor()
  await row.getByRole('button', { name: 'Take the role Pharmacist from Sam Sample' }).click()
  const sure = page.getByRole('dialog', { name: /^Take the role Pharmacist/ })
  await sure.waitFor()
  assert.deepEqual(await look(p, 'take a role'), [])
  await sure.getByRole('button').first().click()
  await row.getByText('none yet: may do nothing').waitFor()
})

test('a clerk follows the path from the dock to the message to the seller, who has it at once', async () => {
  const p = await as('Receiving clerk')
  const { page } = p
  const codes = await p.path.locator('.code').allInnerTexts()
  await p.path.getByRole('link', { name: /^A pallet stands at the dock/ }).click()
  await page.getByRole('button', { name: 'Receive', exact: true }).first().click() // the longest waiting
  await page.getByRole('heading', { name: /^Receiving \d+$/ }).waitFor()
  const digits = codes.map((code) => code.replace(/[()]/g, ''))
  await scanned(p, `${digits[0].slice(0, -1)}${(Number(digits[0].at(-1)) + 1) % 10}`)
  await page.getByTestId('last').getByText('A digit of this code is wrong').waitFor()
  for (const code of digits) await scanned(p, code)
  await page.getByRole('heading', { name: 'What differs 1' }).waitFor()
  await page.getByRole('button', { name: 'Receive the good 6 cases' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Receive the good 6 cases' }).click()
  await page.getByText('6 cases received: 48 packs are in your stock.').waitFor()
  await page.waitForLoadState('networkidle')
  assert.deepEqual(p.refusals, [], 'the page asked for what is not there')
  await page.getByRole('button', { name: 'Tell the seller' }).click()
  await page.getByText('Told. The seller sees this case on its own node.').waitFor()
  const seller = await as('Serialization manager')
  await seller.page.getByRole('heading', { name: 'Cases 3' }).waitFor() // with the story's own, and the recalled pack
})

test('an inspector follows a pack by the names of who had it, and has the inbox in the rail', async () => {
  const p = await as('Inspector')
  const { page } = p
  await p.path.getByRole('link', { name: /^Look a pack up/ }).click()
  for (const step of ['commissioned · Maker (demonstration)', 'shipped by Wholesaler (demonstration)', 'received by Pharmacy (demonstration)'])
    await page.getByText(step, { exact: true }).waitFor()
  await goHome(p)
  await p.path.getByText('1 of 4 done').waitFor()
})

test('whoever is one person of the demonstration becomes one of another company, and keeps the addresses of others', async () => {
  const p = await as('Pharmacist')
  const { page } = p
  await page.getByRole('button', { name: /^Pharmacy \(demonstration\) ·/ }).click()
  const who = page.getByRole('dialog', { name: 'Who you act for' })
  await who.getByText('None is kept yet.').waitFor()
  assert.deepEqual(await look(p, 'who you act for'), [])
  await who.getByLabel('Name of the organisation').fill('Another <b>company</b>')
  await who.getByLabel('Address of its console').fill('javascript:alert(1)')
  await page.keyboard.press('Enter')
  await who.getByText('That is no address of a web page.').waitFor()
  await who.getByLabel('Address of its console').fill('pedigree.example.org')
  await page.keyboard.press('Enter')
  assert.equal(await who.getByRole('link', { name: 'Another <b>company</b> pedigree.example.org' }).getAttribute('href'), 'https://pedigree.example.org/console/')
  await page.reload()
  await page.getByRole('button', { name: /^Pharmacy \(demonstration\) ·/ }).click()
  await who.getByRole('button', { name: 'Remove Another' }).click()
  await who.getByText('None is kept yet.').waitFor()
  await who.getByRole('link', { name: 'Be somebody else of the demonstration' }).click()
  await page.getByRole('link', { name: 'Receiving clerk' }).click()
  await page.getByRole('heading', { name: 'Five minutes as a receiving clerk' }).waitFor()
  await page.getByRole('button', { name: /^Wholesaler \(demonstration\) ·/ }).waitFor()
})

test('the path stands in Spanish too', async () => {
  const p = await as('Inspector', 'es-ES')
  await p.path.getByText(/Busque la información y declaración de transacción/).waitFor()
  assert.deepEqual(await look(p, 'guided path in Spanish'), [])
})
