// Takes the pictures of docs/guide/screens.md: a demonstration network as `pedigree demo`
// makes it, its people, and the pages that they begin their work with. It ends with an
// error when a page shows a fault, so that no picture of one gets into the guide.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Person, desk, launch, phone } from './browser.mjs'

const program = process.env.PEDIGREE || fileURLToPath(new URL('../../bin/pedigree', import.meta.url))
const guide = fileURLToPath(new URL('../../docs/guide/', import.meta.url))
const pictures = join(guide, 'pictures')
const demoMs = 120_000

const dir = mkdtempSync(join(tmpdir(), 'pedigree-pictures-'))
const demo = spawn(program, ['demo', '--json', '--dir', join(dir, 'demo')], { stdio: ['ignore', 'pipe', 'inherit'] })
const told = await new Promise((done, fail) => {
  let text = ''
  setTimeout(() => fail(new Error('the demonstration does not start')), demoMs).unref()
  demo.stdout.on('data', (chunk) => {
    text += chunk
    try { done(JSON.parse(text)) } catch { /* there is more to come */ }
  })
  demo.once('exit', (code) => fail(new Error(`the demonstration ended with ${code}`)))
})
const browser = await launch()
const pages = []

// as is a person of the demonstration at a browser, and what they may ask the node for.
async function as(role, options) {
  const { url } = told.people.find((p) => p.role === role)
  const p = await Person.at(browser, { locale: 'en-US', timezoneId: 'America/New_York', ...options })
  p.origin = new URL(url).origin
  await p.page.goto(url)
  await p.page.waitForLoadState('networkidle')
  await p.page.goto(`${p.origin}/console/`)
  await p.page.locator('main h1').first().waitFor()
  p.ask = async (path, body) => {
    const { status, answer } = await p.page.evaluate(async ([at, sent]) => {
      const res = await fetch(at, sent && { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(sent) })
      return { status: res.status, answer: await res.json() }
    }, [path, body])
    if (status !== 200) throw new Error(`${path} is answered ${status}: ${JSON.stringify(answer)}`)
    return Array.isArray(answer) ? answer : answer.rows ?? answer.entries ?? answer
  }
  return p
}

// picture opens a page, does what is said on it, and keeps it as it is seen: on a desk in
// the light look and on a phone in the dark one.
async function picture(p, name, title, text, at, act = async () => {}) {
  for (const [size, viewport, colorScheme] of [['desk', desk, 'light'], ['phone', phone, 'dark']]) {
    await p.page.setViewportSize(viewport)
    await p.page.emulateMedia({ colorScheme })
    await p.page.goto(`${p.origin}/console${at}`)
    await p.page.locator('main h1').first().waitFor()
    await act(p)
    await p.page.waitForLoadState('networkidle')
    const fault = p.page.locator('main').getByText('That did not work')
    if (await fault.count() > 0) throw new Error(`${name}: the page shows a fault: ${await p.page.locator('main').innerText()}`)
    const file = `${name}-${size}.png`
    await p.page.screenshot({ path: join(pictures, file), fullPage: size === 'desk' })
    pages.push({ name, title, text, size, file })
  }
}

try {
  rmSync(pictures, { recursive: true, force: true })
  mkdirSync(pictures, { recursive: true })

  const pharmacist = await as('Pharmacist')
  const [held] = await pharmacist.ask('/api/v1/inventory?mark=held&status=on-hand&limit=1')
  const packs = (await pharmacist.ask('/api/v1/inventory?status=on-hand&limit=200')).filter((r) => r.path.startsWith('/01/')).slice(0, 50)
  const judged = await pharmacist.ask('/api/v1/verdicts', { items: packs.map((r) => r.path) })
  const free = judged.find((a) => a.rule === 'verdict/custody-proved')
  const recalled = judged.find((a) => a.rule === 'verdict/recalled')
  const item = (path) => encodeURIComponent(path)
  const answered = (word) => (p) => p.page.getByTestId('answer').getByRole('region', { name: word }).waitFor()
  await picture(pharmacist, 'home-pharmacist', 'What waits', 'A pharmacist begins with a field for codes and the packs on hold.', '/')
  await picture(pharmacist, 'scan', 'Scan', 'A hand scanner works on every page; the camera and typing do too.', '/scan')
  await picture(pharmacist, 'scan-ok', 'OK', 'One word, one sentence, what was checked and how it is known.', `/scan?item=${item(free.path)}`, answered('OK'))
  await picture(pharmacist, 'scan-stop', 'STOP', 'Why not, and what to do now.', `/scan?item=${item(held.path)}`, answered('STOP'))
  await picture(pharmacist, 'scan-recalled', 'Recalled', 'What to do with the pack, and what to tell the patient.', `/scan?item=${item(recalled.path)}`, async (p) => {
    await answered('STOP')(p)
    await p.page.getByText('What do I tell the patient?').click()
  })
  await picture(pharmacist, 'scan-tell', 'CAN’T TELL', 'Nothing is known: neither green nor red, and a next step.', `/scan?item=${item('/01/00399991123455/21/404')}`, answered('CAN’T TELL'))
  await picture(pharmacist, 'goods', 'Goods', 'What is here, by product and lot.', '/goods')
  await picture(pharmacist, 'journey', 'Journey', 'Each step with how it is known.', `/journey?id=${item(free.path)}`)
  await picture(pharmacist, 'journey-inside', 'Inside what', 'What it was in, and what is in it.', `/journey?id=${item(free.path)}`, (p) => p.page.getByRole('tab').nth(1).click())
  await picture(pharmacist, 'journey-places', 'Places', 'An outline map, and the same as a table.', `/journey?id=${item(free.path)}`, async (p) => {
    await p.page.getByRole('tab', { name: /Places/ }).click()
    await p.page.getByRole('table').first().waitFor()
  })
  await picture(pharmacist, 'journey-proof', 'Proof', 'Checked in the page by the program’s own verifier, step by step.', `/journey?id=${item(free.path)}`, async (p) => {
    await p.page.getByRole('tab', { name: /Proof/ }).click()
    await p.page.waitForTimeout(4000)
  })
  await picture(pharmacist, 'receive', 'Receiving', 'What waits at the dock.', '/receive')
  await picture(pharmacist, 'device', 'This device', 'What this device keeps for a shift without a connection.', '/device', (p) => p.page.getByText('Packs in hand').waitFor())

  const clerk = await as('Receiving clerk')
  await picture(clerk, 'home-clerk', 'A clerk’s inbox', 'What is to be received stands on top.', '/')
  await picture(clerk, 'cases', 'Cases', 'By the five kinds, with clocks and the next step.', '/cases')
  const [own] = await clerk.ask('/api/v1/cases')
  await picture(clerk, 'case', 'A case', 'What happened, each limit with its ground, both sides’ messages, and what can be done.', `/cases/${own.id}`)

  const manager = await as('Serialization manager')
  await picture(manager, 'home-manager', 'A maker’s inbox', 'What did not arrive, and what a partner reported.', '/')
  await picture(manager, 'send', 'Sending', 'Each shipment with its message: generated, delivered, failed.', '/send')
  const [shipment] = await manager.ask('/api/v1/shipments?limit=1')
  await picture(manager, 'send-new', 'Ship goods', 'Scanned, checked as the receiver will check, and shipped.', '/send/new')
  await picture(manager, 'shipment', 'A shipment', 'What was sent, what came back, and what is wrong by line.', `/send/${shipment.id}`)
  await picture(manager, 'file', 'Try a file', 'Findings by line, conversion, event hashes, comparison; nothing is kept.', '/file')

  const owner = await as('Owner of the pharmacy')
  await picture(owner, 'partners', 'Partners', 'Who may be traded with today, as the check says it.', '/partners')
  const [partner] = (await owner.ask('/api/v1/partners')).filter((p) => p.id > 0)
  await picture(owner, 'partner', 'A partner', 'The answer of today by site and role, then an earlier day, sites, contacts and ways.', `/partners/${partner.id}`)
  await picture(owner, 'products', 'Products', 'What is known of each product, and where sources differ.', '/products')
  await picture(owner, 'product', 'A product', 'Each field with who says so and since when.', `/products/${free.path.slice(4, 18)}`)
  await picture(owner, 'who', 'Who you act for', 'Another person, another organisation of this node, or another console.', '/', (p) => p.page.getByRole('banner').getByRole('button', { name: /Pharmacy|pharmacy/ }).click())
  await picture(owner, 'people', 'People', 'Who may do what; invitations, keys and acts that wait.', '/people')
  await picture(owner, 'audit', 'Audit trail', 'Who did what, and up to which line the ledger vouches for it.', '/audit')
  await picture(owner, 'all', 'All records', 'Every list and every act of the node, drawn from its own description.', '/all')

  const inspector = await as('Inspector')
  await picture(inspector, 'ledger', 'Ledger', 'Entries and blocks, and a search that tells what it was given.', '/ledger')
  await picture(inspector, 'documents', 'Documents', 'What an inspector asks for: found by lot, pack, number, partner or day, and printed.', '/documents')
  const [entry] = await inspector.ask('/api/v1/entries?limit=1')
  await picture(inspector, 'entry', 'An entry', 'Who sent it, when, and its proof, checked here.', `/ledger/entry/${entry.id}`, (p) => p.page.waitForTimeout(3000))
  await picture(inspector, 'network', 'Network health', 'One answer first, then who signs and who is behind.', '/network')

  const lines = ['# The console in pictures', '', 'Made by `make pictures` from the demonstration network (`make demo`): every organisation, person and pack in them is invented. What each page', 'does stands in [console.md](console.md).', '']
  for (const title of new Set(pages.map((p) => p.title))) {
    const list = pages.filter((p) => p.title === title)
    lines.push(`## ${title}`, '', list[0].text, '', list.map((p) => `![${title}, ${p.size}](pictures/${p.file})`).join(' '), '')
  }
  writeFileSync(join(guide, 'screens.md'), lines.join('\n').replace(/\n+$/, '\n'))
  console.log(`${pages.length} pictures`)
} finally {
  await browser.close()
  demo.kill('SIGINT')
  await new Promise((done) => demo.once('exit', done))
  rmSync(dir, { recursive: true, force: true })
}
