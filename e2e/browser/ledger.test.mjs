// The ledger and the network's health at a real browser on a real node: what everybody can
// read, what stays hidden and whom to ask, and receipts that the page checks itself.
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { Node } from './node.mjs'
import { launch, look } from './browser.mjs'
import { make, manufacturer, path } from './goods.mjs'
import { open, signedIn } from './people.mjs'

const packPath = path(1)

let node, browser, person, entry

before(async () => {
  [node, browser] = await Promise.all([
    Node.start(...manufacturer),
    launch(),
  ])
  await make(node, 2)
  const page = await node.must('GET', '/api/v1/entries')
  entry = page.rows.find((e) => e.acts.includes('trace/commission'))
  assert.ok(entry, JSON.stringify(page))
  person = await signedIn(browser, node)
})
after(async () => {
  await browser?.close()
  await node?.stop()
})
afterEach(async (t) => {
  if (process.env.DEBUG_TEXT) console.log(t.name, '\n', (await person.page.locator('main').innerText()).slice(0, 2500))
  assert.deepEqual(person?.faults.splice(0), [], 'a browser had something against a page')
})

const find = async (text) => {
  await open(person, '/ledger', 'Ledger')
  await person.page.getByLabel('Entry, height, serial number').fill(text)
  await person.page.getByRole('button', { name: 'Find' }).click()
}

test('entries, blocks, members and validators are told', async () => {
  const { page } = person
  await open(person, '/ledger', 'Ledger')
  await page.getByRole('region', { name: 'Latest entries' }).getByText('Goods brought onto the ledger').first().waitFor()
  await page.getByRole('region', { name: 'Latest blocks' }).getByRole('link', { name: String(entry.height), exact: true }).waitFor()
  await page.getByRole('region', { name: 'Members' }).getByText('TEST-1 (US)').waitFor()
  await page.getByRole('region', { name: 'Validators' }).getByRole('link', { name: 'Maker (test)' }).waitFor()
  assert.deepEqual(await look(person, 'ledger'), [])
})

test('the search tells by its form what a text is', async () => {
  const { page } = person
  await find(entry.id.toUpperCase())
  await page.waitForURL(`**/ledger/entry/${entry.id}`)
  await find(String(entry.height))
  await page.getByRole('heading', { name: `Block ${entry.height}`, level: 1 }).waitFor()
  await find(packPath)
  await page.getByRole('heading', { name: 'Journey', level: 1 }).waitFor()
  for (const text of ['maker', 'TEST-1', '0399991000015', '(414)0399991000015']) {
    await find(text)
    await page.getByRole('heading', { name: `Members that match “${text}”` }).waitFor()
    await page.locator('.card').getByRole('link', { name: 'Maker (test)' }).waitFor()
  }
  await find('nobody of that name')
  await page.getByText('No member is called so').waitFor()
  assert.deepEqual(await look(person, 'ledger finds nothing'), [])
})

test('a block shows its entries, and one that is not made yet is said to be none', async () => {
  const { page } = person
  await open(person, `/ledger/block/${entry.height}`, `Block ${entry.height}`)
  await page.getByRole('region', { name: 'Latest entries' }).getByText('Goods brought onto the ledger').first().waitFor()
  assert.deepEqual(await look(person, 'a block'), [])
  await page.goto(`${node.origin}/console/ledger/block/99999999`)
  await page.getByText('there is no block 99999999 yet').waitFor()
})

test('an entry of one’s own leads to the goods, and its receipt is checked here', async () => {
  const { page } = person
  await open(person, `/ledger/entry/${entry.id}`, 'Entry')
  const behind = page.getByTestId('behind')
  await behind.getByText('You may see them').waitFor()
  await page.getByTestId('proof-outcome').getByText('OK', { exact: true }).waitFor()
  const rows = await page.locator('.proof-steps > li').evaluateAll((all) => all.map((r) => [r.querySelector('strong').textContent, r.dataset.state]))
  for (const name of ['Payload hash: the entry’s id', 'In its block, and how it ended', 'Block header', 'Signatures of the validators'])
    assert.equal(rows.find(([n]) => n === name)?.[1], 'ok', JSON.stringify(rows))
  await page.getByText('What the documents behind it say').waitFor()
  await page.locator('summary').first().click()
  assert.deepEqual(await look(person, 'an entry'), [])
})

test('an entry of others says that one may not see what is behind it, and whom to ask', async () => {
  const { page } = person
  await page.route('**/api/v1/trace/behind?*', (r) => r.fulfill({ json: { own: false, things: [], shipments: [] } }))
  await page.route('**/api/v1/entries/*/public', async (r) => {
    const res = await r.fetch()
    await r.fulfill({ response: res, json: { ...(await res.json()), by: ['harbor'] } })
  })
  await open(person, `/ledger/entry/${entry.id}`, 'Entry')
  const behind = page.getByTestId('behind')
  await behind.getByText('You may not see them').waitFor()
  await behind.getByText('Ask harbor').waitFor()
  assert.deepEqual(await look(person, 'an entry of others'), [])
  await page.unrouteAll()
})

test('an entry that is not on the ledger is said not to be', async () => {
  await person.page.goto(`${node.origin}/console/ledger/entry/${'0'.repeat(64)}`)
  await person.page.getByText('is not on this ledger').waitFor()
  assert.deepEqual(await look(person, 'no such entry'), [])
})

test('network health says first whether all is well, and then what was looked at', async () => {
  const { page } = person
  await open(person, '/network', 'Network health')
  await page.getByRole('region', { name: 'Validators' }).getByText('(this node)').waitFor()
  await page.getByRole('region', { name: 'This node, looked over' }).getByText('private store', { exact: true }).waitFor()
  assert.match(await page.getByRole('status').first().innerText(), /OK|STOP|CAN’T TELL/)
  assert.deepEqual(await look(person, 'network health'), [])
})

test('a network that makes no blocks, and a witness that saw two histories, come first', async () => {
  const { page } = person
  for (const [change, says] of [
    [{ block_time: new Date(Date.now() - 20 * 60_000).toISOString() }, 'The last block is 20 minutes old'],
    [{ catching_up: true }, 'catching up with the network'],
    [{ witnesses: { asked: 2, cosigned: 1, forked: true } }, 'signed two histories'],
  ]) {
    await page.route('**/api/v1/health', (r) => r.fulfill({ json: [] }))
    await page.route('**/api/v1/network', async (r) => {
      const res = await r.fetch()
      await r.fulfill({ response: res, json: { ...(await res.json()), peers: [{ member: 'harbor', node: 'aa'.repeat(20), outbound: true, height: 3, behind: 4 }], ...change } })
    })
    await open(person, '/network', 'Network health')
    await page.getByText(says).waitFor()
    await page.getByText('4 blocks').waitFor()
    await page.unrouteAll()
  }
})

test('whoever does not run the node is not shown its inside', async () => {
  const p = await signedIn(browser, node)
  await p.page.route('**/api/v1/me', async (r) => {
    const res = await r.fetch()
    const me = await res.json()
    await r.fulfill({ response: res, json: { ...me, permissions: me.permissions.filter((x) => x !== 'watch' && x !== 'read-proofs' && x !== 'read-goods') } })
  })
  await open(p, '/network', 'Network health')
  await p.page.getByText('is shown to its operator only').waitFor()
  await open(p, `/ledger/entry/${entry.id}`, 'Entry')
  await p.page.getByText('do not let you take proofs out').waitFor()
  await p.page.getByText('do not let you look into').waitFor()
  assert.deepEqual(p.faults, [])
  await p.close()
})
