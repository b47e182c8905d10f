// A shift without a connection, at a real browser on a real node: the line is cut, the node is killed, the page crashes,
// two devices contradict each other. Nothing that a person did is lost, and nothing is OK that the rules don't allow.
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { launch, look } from './browser.mjs'
import { gtin, make, manufacturer, path, serial } from './goods.mjs'
import { Node } from './node.mjs'
import { invited, open, ownerAgain, scanned, signedIn as someone, tabOf } from './people.mjs'

const packs = 20
let node, browser
const opened = []

before(async () => {
  [node, browser] = await Promise.all([Node.start(...manufacturer), launch()])
  await make(node, packs)
})
after(async () => {
  await browser?.close()
  await node?.stop()
})
afterEach(() => {
  for (const p of opened) {
    // The browser names each connection that failed, and the worker's own looks for a newer version.
    const faults = p.faults.splice(0).filter((f) => !/net::ERR_|Failed to (?:fetch|update)/.test(f))
    assert.deepEqual(faults, [], 'a browser had something against a page')
  }
})

// ready is a person at a device that has all it needs for a shift.
async function ready() {
  const p = await someone(browser, node)
  opened.push(p)
  await p.page.waitForFunction(() => navigator.serviceWorker.controller !== null, undefined, { timeout: 120_000 })
  await open(p, '/device', 'This device')
  await p.page.getByText('Packs in hand').waitFor({ timeout: 120_000 })
  await open(p, '/scan', 'Scan and verify')
  return p
}
const answer = (p) => p.page.getByTestId('answer')
const scan = async (p, n, word) => {
  await scanned(p, `01${gtin}21${serial(n)}`)
  await answer(p).getByText(serial(n), { exact: true }).waitFor({ timeout: 60_000 })
  await answer(p).getByRole('region', { name: word }).waitFor()
}
const press = async (p, name, dialog) => {
  await answer(p).getByRole('button', { name, exact: true }).click()
  if (dialog) await p.page.getByRole('dialog', { name: dialog }).getByRole('button', { name, exact: true }).click()
}
const dispense = async (p, n) => {
  await scan(p, n, 'OK')
  await press(p, 'Dispense', 'Dispense this pack?')
  await answer(p).getByText(/Noted on this device|Dispensed\./).waitFor({ timeout: 60_000 })
}
const settled = (p) => p.page.getByText(/waits? on this device/).waitFor({ state: 'detached', timeout: 120_000 })
const verdictOf = async (n) => (await node.must('POST', '/api/v1/verdicts', { items: [path(n)] }))[0]
// reaches waits until the node's answer about a pack rests on a rule.
async function reaches(n, rule) {
  for (const end = Date.now() + 60_000; Date.now() < end;) {
    if ((await verdictOf(n)).rule === rule) return
    await new Promise((next) => setTimeout(next, 200))
  }
  assert.fail(`pack ${n} is ${JSON.stringify(await verdictOf(n))}`)
}

test('a line that is cut while a page is opened is tried again, and the device is kept ready then', async () => {
  const p = await someone(browser, node, { serviceWorkers: 'block' })
  let cut = 0
  await p.page.route('**/keeper-*.js', (r) => (cut++ === 0 ? r.abort('internetdisconnected') : r.continue()))
  const kept = p.page.waitForResponse('**/api/v1/shift*', { timeout: 60_000 })
  await p.page.reload()
  assert.equal((await kept).status(), 200)
  assert.ok(cut >= 2, 'nothing was cut')
  assert.deepEqual(p.faults.filter((f) => !f.includes('net::ERR_INTERNET_DISCONNECTED')), [])
  await p.context.close()
})

test('a device whose line was cut as the first page stood keeps the pages once it is back', async () => {
  const p = await someone(browser, node)
  await p.cut()
  await p.page.getByText('No connection to the node').waitFor({ timeout: 60_000 })
  await p.joined()
  await p.page.waitForFunction(() => navigator.serviceWorker.controller !== null, undefined, { timeout: 120_000 })
  assert.deepEqual(p.faults, [])
  await p.context.close()
})

test('the console can be installed', async () => {
  const p = await ready()
  const { installabilityErrors } = await p.cdp.send('Page.getInstallabilityErrors')
  assert.deepEqual(installabilityErrors.map((e) => e.errorId).filter((e) => e !== 'in-incognito'), [])
  const { errors, data } = await p.cdp.send('Page.getAppManifest')
  assert.deepEqual(errors, [])
  const pictures = JSON.parse(data).icons.filter((i) => i.type === 'image/png')
  assert.deepEqual(pictures.map((i) => `${i.sizes} ${i.purpose}`), ['192x192 any', '512x512 any', '192x192 maskable', '512x512 maskable'])
  for (const { src, sizes } of pictures) {
    const size = await p.page.evaluate(async (at) => {
      const { width, height } = await createImageBitmap(await (await fetch(at)).blob())
      return `${width}x${height}`
    }, src)
    assert.equal(size, sizes, src)
  }
})

test('a shift goes on without a line, over a reload, and is sent when it is back', async () => {
  const p = await ready()
  await p.cut()
  await dispense(p, 1)
  await answer(p).getByText('It is not on the ledger yet').waitFor()
  await p.page.getByText('No connection to the node since').waitFor()
  await scan(p, 2, 'OK')
  await answer(p).getByText('Answered by this device, without the node.').waitFor()
  assert.deepEqual(await look(p, 'offline OK'), [])
  await scan(p, 1, 'STOP')
  await scan(p, 999, 'CAN’T TELL')
  assert.deepEqual(await look(p, 'offline can’t tell'), [])
  await press(p, 'Check again when connected')
  await answer(p).getByText('Noted on this device').waitFor()
  await p.page.reload()
  await p.page.getByText('2 acts wait on this device').waitFor()
  await p.page.getByRole('link', { name: 'Look', exact: true }).click()
  await p.page.getByRole('heading', { name: 'This device', level: 1 }).waitFor()
  await p.page.getByText('not sent yet').first().waitFor()
  assert.deepEqual(await look(p, 'device waiting'), [])
  assert.equal((await verdictOf(1)).word, 'ok', 'the node knows of it already')
  await p.joined()
  await settled(p)
  const now = await verdictOf(1)
  assert.equal(now.rule, 'verdict/dispensed')
  // The one that could not be told is checked again, and needs a person.
  await p.page.getByText('1 act of this device was not taken and needs you').waitFor()
  await p.page.getByText('You wanted it checked again').waitFor()
})

test('what contradicts the ledger is shown one by one, with what to do', async () => {
  const p = await ready()
  const other = await ready()
  await p.cut()
  for (const n of [3, 4, 5]) await dispense(p, n)
  await dispense(other, 3)
  await node.must('POST', '/api/v1/marks', { items: [path(4)], set: ['held'], clear: [] })
  await p.joined()
  await p.page.getByText('2 acts of this device were not taken and need you').waitFor({ timeout: 120_000 })
  await open(p, '/device', 'This device')
  const twice = p.page.getByRole('article', { name: path(3) })
  await twice.getByText('dispensed elsewhere while this device had no connection').waitFor()
  await p.page.getByRole('article', { name: path(4) }).getByText('put on hold or under suspicion').waitFor()
  assert.equal(await p.page.getByRole('article').count(), 2)
  assert.deepEqual(await look(p, 'device conflicts'), [])
  assert.equal((await verdictOf(5)).rule, 'verdict/dispensed')
  await twice.getByRole('button', { name: 'I took care of it' }).click()
  await p.page.getByRole('dialog').getByRole('button', { name: 'I took care of it' }).click()
  await twice.waitFor({ state: 'detached' })
  await node.must('POST', '/api/v1/marks', { items: [path(4)], set: [], clear: ['held'] })
  await p.page.getByRole('button', { name: 'Try again' }).click()
  await reaches(4, 'verdict/dispensed')
})

test('a node that is killed in the middle loses nothing, and does nothing twice', async () => {
  const p = await ready()
  await node.kill()
  await dispense(p, 6)
  await p.page.goto(`${node.origin}/console/scan`)
  await p.page.getByText('1 act waits on this device').waitFor()
  await dispense(p, 7)
  await node.again()
  await settled(p)
  for (const n of [6, 7]) assert.equal((await verdictOf(n)).rule, 'verdict/dispensed')
  await open(p, '/device', 'This device')
  assert.equal(await p.page.getByRole('article').count(), 0)
})

test('an act whose answer was lost is the same one when it is sent again', async () => {
  const p = await ready()
  await scan(p, 8, 'OK')
  let arrived
  await p.page.route('**/api/v1/dispenses', async (route) => {
    arrived ??= await route.fetch()
    await route.abort('connectionreset')
  })
  await press(p, 'Dispense', 'Dispense this pack?')
  await answer(p).getByText('Noted on this device').waitFor()
  assert.equal(arrived.status(), 200)
  await p.page.unroute('**/api/v1/dispenses')
  await settled(p)
  await open(p, '/device', 'This device')
  assert.equal(await p.page.getByRole('article').count(), 0, 'it is taken for another one')
})

test('a page that crashes keeps what waits', async () => {
  const p = await ready()
  await p.cut()
  await dispense(p, 9)
  const page = await p.context.newPage()
  const crashed = p.page.waitForEvent('crash')
  p.cdp.send('Page.crash').catch(() => {}) // nobody is left to answer
  await crashed
  await p.page.close()
  await page.goto(`${node.origin}/console/device`)
  await page.getByText('1 act waits on this device').waitFor()
  await p.joined()
  await page.getByText('1 act waits on this device').waitFor({ state: 'detached', timeout: 120_000 })
  await reaches(9, 'verdict/dispensed')
  await page.close()
  opened.splice(opened.indexOf(p), 1)
})

test('a session that ends without a line keeps what waits, and sends it in nobody else’s name', async () => {
  const p = await ready()
  await p.cut()
  await dispense(p, 17)
  await p.context.clearCookies()
  await p.joined()
  const dialog = p.page.getByRole('dialog', { name: 'You were signed out' })
  await dialog.waitFor({ timeout: 60_000 })
  await p.page.getByText('1 act waits on this device').waitFor()
  assert.deepEqual(await look(p, 'signed out with an act that waits'), [])

  const other = await tabOf(p)
  await other.enrol((await invited(node, 'Pat Example', 'pharmacist')).link)
  await other.page.goto(`${node.origin}/console/device`)
  await other.page.getByText('1 act of another person waits on this device').waitFor({ timeout: 60_000 })
  const refused = p.page.waitForResponse((r) => r.url().endsWith('/api/v1/dispenses'))
  await p.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange'))) // it is offered again
  assert.equal((await refused).status(), 401, 'it was taken in another person’s name')
  await dialog.getByRole('button', { name: 'I am signed in: go on' }).click()
  await dialog.getByText('Somebody else is signed in now: Pat Example').waitFor()
  await other.page.close()

  await ownerAgain(p)
  await settled(p)
  assert.equal((await verdictOf(17)).rule, 'verdict/dispensed')
})

test('a browser without room says that nothing was noted', async () => {
  const p = await ready()
  await p.cut()
  await scan(p, 10, 'OK')
  await p.page.evaluate(() => {
    IDBObjectStore.prototype.add = () => { throw new DOMException('no room', 'QuotaExceededError') }
  })
  await press(p, 'Dispense', 'Dispense this pack?')
  await p.page.getByText('it was NOT noted. Write it down').waitFor()
  assert.deepEqual(await look(p, 'offline without room'), [])
  await p.joined()
})

test('signing out takes the list away, and says first what waits', async () => {
  const p = await ready()
  await p.cut()
  await dispense(p, 12)
  await p.page.getByRole('button', { name: 'Settings' }).click()
  await p.page.getByRole('button', { name: 'Sign out' }).click()
  await p.page.getByText('1 act of this device is not settled').waitFor()
  assert.deepEqual(await look(p, 'signing out'), [])
  await p.page.getByRole('dialog', { name: 'Settings' }).getByRole('button', { name: 'Close' }).click()
  await p.joined()
  await settled(p)
  await p.page.getByRole('button', { name: 'Settings' }).click()
  await p.page.getByRole('button', { name: /^Sign out/ }).click()
  await p.page.getByText('You are signed out.').waitFor()
  await p.page.waitForFunction(async () => (await indexedDB.databases()).every((d) => d.name !== 'pedigree-list'))
  await p.cut()
  await p.page.goto(`${node.origin}/console/scan`)
  await p.page.getByText('This device has no list').waitFor({ timeout: 60_000 })
  await scanned(p, `01${gtin}21${serial(13)}`)
  await p.page.getByText('The node does not answer').first().waitFor({ timeout: 60_000 })
  await p.joined()
})

test('newer pages wait until they are wanted', async () => {
  const p = await ready()
  await p.page.getByLabel('Scan, or type a code').fill('half a code')
  await p.page.evaluate(async () => {
    globalThis.old = true
    await navigator.serviceWorker.register('/console/worker.js?newer', { scope: '/console/' })
  })
  await p.page.getByText('A newer version of these pages is ready').waitFor({ timeout: 60_000 })
  assert.equal(await p.page.getByLabel('Scan, or type a code').inputValue(), 'half a code')
  assert.deepEqual(await look(p, 'newer pages'), [])
  await p.page.getByRole('button', { name: 'Load it' }).click()
  await p.page.waitForFunction(() => globalThis.old === undefined)
  await p.page.getByRole('heading', { name: 'Scan and verify' }).waitFor()
})

test('a scan leaves what a person typed as it was, selection too', async () => {
  const p = await ready()
  const field = p.page.getByLabel('Search or scan')
  await field.fill('LOT-7A and more')
  await field.evaluate((f) => f.setSelectionRange(3, 6, 'backward'))
  await scan(p, 13, 'OK')
  assert.deepEqual(await field.evaluate((f) => [f.value, f.selectionStart, f.selectionEnd]), ['LOT-7A and more', 3, 6])
  const code = p.page.getByLabel('Scan, or type a code')
  await code.fill('typed')
  await scan(p, 14, 'OK')
  assert.equal(await code.inputValue(), 'typed')
})

test('a batch counts each pack once, and can be saved', async () => {
  const p = await ready()
  for (const n of [15, 16, 15]) await scan(p, n, 'OK')
  await scan(p, 998, 'CAN’T TELL')
  await p.page.getByText('2 OK, 0 stop, 1 can’t tell').waitFor()
  await p.page.getByText('scanned 2 times').waitFor()
  assert.deepEqual(await look(p, 'a batch'), [])
  const [file] = await Promise.all([p.page.waitForEvent('download'), p.page.getByRole('button', { name: 'Save as CSV' }).click()])
  assert.equal(file.suggestedFilename(), 'scans.csv')
})
