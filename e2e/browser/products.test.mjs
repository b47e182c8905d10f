// The catalogue of products in a real browser on a real node: files loaded, stopped and
// cancelled, products found, sources that differ settled, a label sold from a day on, the
// duty of tracing set aside, and files that mean harm.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { Node } from './node.mjs'
import { Person, launch, look } from './browser.mjs'
import { open, signedIn } from './people.mjs'

const samplin = '00399991123455' // NDC 99991-123-45
const checked = (digits) => digits + ((10 - [...digits].reduce((sum, d, i) => sum + d * (i % 2 ? 1 : 3), 0) % 10) % 10)
const other = checked('0039999199901')
const mark = 'pwned'
let node, browser, dir, owner
const opened = []

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pedigree-products-'))
  ;[node, browser] = await Promise.all([Node.start('--gln', '0399991000015'), launch()])
  owner = await signedIn(browser, node)
  opened.push(owner)
})
after(async () => {
  await browser?.close()
  await node?.stop()
  rmSync(dir, { recursive: true, force: true })
})
afterEach(() => {
  for (const p of opened) assert.deepEqual(p.faults.splice(0), [], 'a browser had something against a page')
})

const written = (name, content) => {
  const path = join(dir, name)
  writeFileSync(path, content)
  return path
}
const many = (n) => `gtin,name\n${Array.from({ length: n }, (_, i) => `${checked(`003${String(6e9 + i).padStart(10, '0')}`)},Example ${i}`).join('\n')}\n`
const region = (p, name) => p.page.getByRole('region', { name, exact: true })
const row = (p, text) => p.page.getByRole('row').filter({ hasText: text })

// give chooses a file, says whose it is, and sends it.
async function give(p, path, list) {
  await p.page.locator('.drop input[type=file]').setInputFiles(path)
  if (list) {
    await p.page.getByLabel(/^Somebody else’s list/).check()
    await p.page.getByLabel('Name of the list').fill(list)
  }
  await p.page.getByRole('button', { name: 'Load it' }).click()
}

test('without a product the page says what to do; a list is loaded, and what came of it is shown', async () => {
  const p = owner
  await open(p, '/products', 'Products')
  await p.page.getByText('No product is known yet.').waitFor()
  assert.deepEqual(await look(p, 'products none'), [])
  await p.page.getByRole('link', { name: 'Load a file' }).click()
  await p.page.getByText('No file was loaded yet.').waitFor()
  await p.page.locator('.drop input[type=file]').setInputFiles(written('invoice.pdf', '%PDF-1.7'))
  await p.page.getByText('It is neither a CSV nor a zip.').waitFor()
  await give(p, written('priced.csv', `gtin,price\n${samplin},1\n`))
  await p.page.getByRole('alert').getByText('the file has a column "price"', { exact: false }).waitFor()
  assert.deepEqual(await look(p, 'products file refused'), [])
  await give(p, written('own.csv', `gtin,ndc,name,strength,form,owner\n${samplin},99991-123-45,Samplin,10 mg,TABLET,Maker (test)\n${other},,Other,5 mg,CAPSULE,Else (test)\nnone,,,,,\n`))
  await p.page.getByText('Products read: 2. New or changed: 2. 1 line could not be read.').waitFor()
  await p.page.getByText('line 4:').waitFor()
  await row(p, 'our own list').getByRole('cell', { name: '2', exact: true }).first().waitFor()
  await give(p, join(dir, 'own.csv'))
  await p.page.getByText('nothing was done').waitFor()
  await give(p, written('theirs.csv', `gtin,name,strength\n${samplin},Samplin Forte,10 mg\n`), 'Wholesaler (test)')
  await row(p, 'list · Wholesaler (test)').waitFor()
  assert.deepEqual(await look(p, 'products files'), [])
})

test('a product is found by its name, its GTIN and its NDC in any form, and those of which sources differ stand alone', async () => {
  const p = owner
  await open(p, '/products', 'Products')
  await row(p, other).waitFor()
  assert.match(await row(p, samplin).innerText(), /Samplin[\s\S]*1 difference[\s\S]*10 mg[\s\S]*TABLET[\s\S]*99991-123-45[\s\S]*Maker \(test\)/)
  assert.deepEqual(await look(p, 'products'), [])
  for (const text of ['sampl', 'maker (', samplin, '9999112345', '99991-0123-45']) {
    await p.page.getByLabel('Name, label owner, GTIN or NDC').fill(text)
    await p.page.getByRole('button', { name: 'Find' }).click()
    await row(p, other).waitFor({ state: 'detached' })
    await row(p, samplin).waitFor()
    assert.equal(new URL(p.page.url()).searchParams.get('find'), text)
    await p.page.goto(`${node.origin}/console/products`)
    await row(p, other).waitFor()
  }
  await open(p, '/products?find=nobody', 'Products')
  await p.page.getByText('No product is like that.').waitFor()
  await p.page.getByRole('link', { name: 'Show all' }).click()
  await p.page.getByRole('button', { name: 'Sources differ' }).click()
  await row(p, other).waitFor({ state: 'detached' })
  assert.match(p.page.url(), /\?show=differing$/)
  await p.page.getByRole('link', { name: 'Samplin' }).click()
  await p.page.getByRole('heading', { name: 'Samplin 10 mg', level: 1 }).waitFor()
})

test('a conflict is shown side by side and settled, which its product and the list then show', async () => {
  const p = owner
  await open(p, `/products/${samplin}`, 'Samplin 10 mg')
  const conflict = p.page.getByRole('article', { name: 'Name' })
  assert.match(await conflict.innerText(), /Samplin\s[\s\S]*own entry[\s\S]*Samplin Forte[\s\S]*list · Wholesaler \(test\)/)
  assert.deepEqual(await look(p, 'product with a conflict'), [])
  await conflict.getByLabel(/^This one holds: Samplin Forte/).check()
  await conflict.getByLabel('Why').fill('The label says so')
  await conflict.getByRole('button', { name: 'Settle' }).click()
  await p.page.getByRole('heading', { name: 'Samplin Forte 10 mg', level: 1 }).waitFor()
  await conflict.getByText(/^Settled by .*: The label says so$/).waitFor()
  assert.equal(await conflict.getByRole('button', { name: 'Settle' }).count(), 0)
  await open(p, '/products?show=differing', 'Products')
  await p.page.getByText('No two sources differ. There is nothing to settle.').waitFor()
})

test('what is entered here holds from its day, and can be taken back', async () => {
  const p = owner
  await open(p, `/products/${other}`, 'Other 5 mg')
  const holds = region(p, 'What holds').first()
  await p.page.getByRole('button', { name: 'Enter what you know' }).click()
  const form = p.page.getByRole('form', { name: 'What you know of it' })
  await form.getByRole('button', { name: 'Save' }).click()
  await form.getByText('Nothing is changed yet.').waitFor()
  await form.getByLabel('Manufacturer').fill('Maker Two (test)')
  assert.deepEqual(await look(p, 'product edited'), [])
  await form.getByRole('button', { name: 'Save' }).click()
  await form.waitFor({ state: 'detached' })
  await row(p, 'Maker Two (test)').getByText('own entry').waitFor()
  await p.page.getByRole('button', { name: 'Enter what you know' }).click()
  await form.getByLabel('Manufacturer').fill('')
  await form.getByRole('button', { name: 'Save' }).click()
  await row(p, 'Maker Two (test)').waitFor({ state: 'detached' })
  await holds.waitFor()
})

test('a label that was sold belongs to each on their days, and the duty is set aside by a ground', async () => {
  const p = owner
  await open(p, `/products/${other}`, 'Other 5 mg')
  const enter = async (who, from) => {
    await p.page.getByText('Enter a transfer or a packager').click()
    await p.page.getByLabel('Who', { exact: true }).fill(who)
    await p.page.locator('#right-from').fill(from)
    await p.page.getByLabel('What shows it').first().fill('Letter 7')
    await p.page.getByRole('button', { name: 'Enter it' }).first().click()
    await row(p, 'Letter 7').filter({ hasText: who }).waitFor()
  }
  await enter('First Label (test)', '2024-01-01')
  await enter('Second Label (test)', '2025-06-01')
  await row(p, 'Letter 7').filter({ hasText: 'Second Label' }).getByText('holds on that day').waitFor()
  assert.equal(await p.page.locator('.times-bar').count(), 2)
  await p.page.getByLabel('As it was on').fill('2025-05-31')
  await row(p, 'Letter 7').filter({ hasText: 'First Label' }).getByText('holds on that day').waitFor()
  assert.match(p.page.url(), /on=2025-05-31/)
  await row(p, 'Label owner').filter({ hasText: 'First Label' }).first().waitFor()
  await p.page.getByRole('button', { name: 'Today' }).click()

  const duty = region(p, 'Tracing duty (DSCSA)')
  await duty.getByText('The duty holds: nobody claims that it does not.').waitFor()
  await duty.getByText('Enter a ground, or take one back').click()
  await duty.getByLabel('Ground').selectOption('medical-gas')
  await duty.getByLabel('What shows it').fill('The label')
  assert.deepEqual(await look(p, 'product with rights'), [])
  await duty.getByRole('button', { name: 'Enter it' }).click()
  await duty.getByText('The duty does not hold: a medical gas.').waitFor()
  await duty.getByText('Shown by: The label').waitFor()
  const facts = await node.must('GET', `/api/v1/products/${other}`)
  assert.equal(facts.duty, 'medical-gas')
  assert.equal(facts.owner, 'Second Label (test)')
})

test('a file that means harm stays text, and is harmless where it is taken along', async () => {
  const p = owner
  const image = `<img src=x onerror="window.${mark}=1">`
  const formula = `=HYPERLINK("http://127.0.0.1:9/${mark}")`
  const gtin = checked('0039999100077')
  const quoted = (s) => `"${s.replaceAll('"', '""')}"`
  const product = (n) => checked(`006141410008${n}`)
  await open(p, '/products?show=files', 'Products')
  await give(p, written('hostile.csv', [
    'gtin,name,form,manufacturer', `${gtin},${quoted(image)},${quoted(formula)},مثال דוגמה`,
    `${product(0)},${'x'.repeat(10_000)},,`, `${product(1)},\u202egnihton\u202c,,`, `${quoted(image)},a,,`,
  ].join('\n')), `<script>window.${mark}=1</script>`)
  await p.page.getByText('Products read: 1. New or changed: 1. 3 lines could not be read.').waitFor()
  assert.deepEqual(await look(p, 'products of a hostile file'), [])
  await open(p, '/products?find=onerror', 'Products')
  await row(p, gtin).getByRole('link', { name: image }).click()
  await p.page.getByRole('heading', { name: image, level: 1 }).waitFor()
  await p.page.getByText(`list · <script>window.${mark}=1</script>`).first().waitFor()
  assert.deepEqual(await look(p, 'product of a hostile file'), [])
  await p.page.getByRole('button', { name: 'Export' }).click()
  const [csv] = await Promise.all([p.page.waitForEvent('download'), p.page.getByRole('button', { name: 'Table (CSV)' }).click()])
  assert.match(readFileSync(await csv.path(), 'utf8'), /,"'=HYPERLINK\(/)
  assert.equal(await p.page.evaluate((m) => typeof window[m], mark), 'undefined', 'a script ran')
  await open(p, `/products/${product(0)}`, 'Product without a name')
  await p.page.getByText(`Nothing is known of ${product(0)}.`).waitFor()
})

test('a load that runs is stopped, still stands after a reload, and goes on; a file on its way is cancelled', async () => {
  const p = owner
  await open(p, '/products?show=files', 'Products')
  await give(p, written('big.csv', many(60_000)), 'Big')
  const load = p.page.locator('.card').filter({ has: p.page.getByRole('heading', { name: /^list · Big/ }) })
  await load.getByRole('button', { name: 'Stop' }).click()
  await load.getByText('Stopped', { exact: true }).waitFor()
  const [job] = await node.must('GET', '/api/v1/jobs?kind=load-products&limit=1')
  assert.equal(job.state, 'paused')
  assert.ok((job.progress.done ?? 0) < 60_000, `all ${job.progress.done} were loaded before it stopped`)
  await p.page.reload()
  await load.getByText('What was loaded so far stays.', { exact: false }).waitFor()
  assert.deepEqual(await look(p, 'products load stopped'), [])
  await load.getByRole('button', { name: 'Go on' }).click()
  await load.getByRole('progressbar').waitFor()
  await row(p, '60,000').waitFor({ timeout: 120_000 }) // a machine that does more takes its time

  const loaded = await node.must('GET', '/api/v1/products/loads')
  await p.cdp.send('Network.enable')
  await p.cdp.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 20_000 })
  await give(p, written('slow.csv', many(59_999)))
  await p.page.getByText(/^\d+ % sent$/).waitFor()
  await p.page.getByRole('button', { name: 'Cancel' }).click()
  await p.page.getByText('Cancelled. Nothing of the file was loaded.').waitFor()
  await p.cdp.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 })
  assert.deepEqual(await node.must('GET', '/api/v1/products/loads'), loaded)

  // A search of which the node looks through a part at a time goes on by itself.
  await open(p, '/products?find=example+21000', 'Products')
  await row(p, 'Example 21000').waitFor()
})

test('who may only read sees it all and changes nothing; who may not, is told so; in Spanish too', async () => {
  const reader = await enrolled('Rae Example', 'regulator')
  await open(reader, `/products/${samplin}`, 'Samplin Forte 10 mg')
  await reader.page.getByRole('article', { name: 'Name' }).waitFor()
  for (const name of ['Enter what you know', 'Enter it', 'Settle']) assert.equal(await reader.page.getByRole('button', { name }).count(), 0, name)
  await reader.page.evaluate(() => localStorage.setItem('pedigree.language', 'es'))
  await open(reader, '/products?show=files', 'Productos')
  await reader.page.getByText('Quien lleva aquí el catálogo carga los archivos.', { exact: false }).waitFor()
  await open(reader, `/products/${samplin}`, 'Samplin Forte 10 mg')
  await reader.page.getByRole('heading', { name: 'Deber de rastreo (DSCSA)' }).waitFor()
  assert.deepEqual(await look(reader, 'product in Spanish'), [])
  const nobody = await enrolled('Noa Example', 'admin')
  await open(nobody, '/products', 'Products')
  await nobody.page.getByText('You may not see this.', { exact: false }).waitFor()
})

async function enrolled(name, role) {
  const { link } = await node.person(name, role)
  const p = await Person.at(browser, { locale: 'en-US' })
  p.node = node
  opened.push(p)
  await p.enrol(link)
  return p
}
