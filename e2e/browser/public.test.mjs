// The pages that the code on a package leads to, on a real node and in a real browser: what
// a stranger sees of a product, and that nobody learns from them which serials there are.
import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { Node } from './node.mjs'
import { Person, launch, look } from './browser.mjs'

const gtin = '00399991123455'
const name = '<img src=x onerror="document.title=1"><b>Sample</b> tablets & \'more\''
const made = '100000000001'
let node, browser, dir
const opened = []

const day = new Date().toISOString().slice(0, 10)
const lot = (year) => JSON.stringify({
  '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'], type: 'EPCISDocument', schemaVersion: '2.0', creationDate: `${day}T00:00:00Z`,
  epcisBody: { eventList: [{
    type: 'ObjectEvent', action: 'ADD', bizStep: 'commissioning', disposition: 'active', eventTime: `${day}T00:00:00Z`, eventTimeZoneOffset: '+00:00',
    epcList: [`urn:epc:id:sgtin:0399991.012345.${made}`],
    readPoint: { id: 'urn:epc:id:sgln:0399991.00001.0' }, bizLocation: { id: 'urn:epc:id:sgln:0399991.00001.0' },
    ilmd: { 'cbvmda:lotNumber': 'LOT-7A', 'cbvmda:itemExpirationDate': `${year}-06-30` },
  }] },
})

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pedigree-public-'))
  const year = new Date().getFullYear()
  ;[node, browser] = await Promise.all([
    Node.start('--gln', '0399991000015', '--licence', `manufacturer:US:TEST-1:${year - 1}-01-01:${year + 1}-12-31`), launch(),
  ])
  const written = (file, text) => {
    writeFileSync(join(dir, file), text)
    return join(dir, file)
  }
  node.verb('product', 'set', gtin, '--name', name, '--strength', '500 mg')
  node.verb('recalls', 'load', written('notices.csv', `gtin,lot,reference,class,from,to\n${gtin},LOT-9,R-1,2,,\n`), '--source', 'Sample list')
  node.verb('capture', written('lot.jsonld', lot(year + 2)))
  appendFileSync(join(node.home, 'pedigree.yaml'), 'public_pages: true\n')
  await node.kill()
  await node.again()
})
after(async () => {
  await browser?.close()
  await node?.stop()
  rmSync(dir, { recursive: true, force: true })
})
afterEach(() => {
  for (const p of opened) assert.deepEqual(p.faults.splice(0), [], 'a browser had something against a page')
})

// A visitor has an address of its own, so that one doesn't use up what another may ask.
let visitors = 1
const visitor = () => new Agent({ keepAlive: true, maxSockets: 1, localAddress: `127.0.1.${++visitors}` })

// ask asks as a visitor. Answers are compared as they come, byte by byte; all but the clock counts.
function ask(agent, path, headers = {}) {
  return new Promise((done, fail) => {
    request({ host: '127.0.0.1', port: node.port, path, agent, headers: { Host: `localhost:${node.port}`, ...headers } }, (res) => {
      const parts = []
      res.on('data', (d) => parts.push(d))
      res.on('end', () => {
        const { date, ...rest } = res.headers
        done({ status: res.statusCode, headers: rest, body: Buffer.concat(parts).toString() })
      })
    }).on('error', fail).end()
  })
}

async function stranger(options) {
  const p = await Person.at(browser, { locale: 'en-US', ...options })
  opened.push(p)
  p.asked = []
  p.page.on('request', (r) => p.asked.push(r.url()))
  return p
}

test('a stranger sees the product and its recalls, without a script, on a phone and at a desk', async () => {
  const p = await stranger({ javaScriptEnabled: false })
  const res = await p.page.goto(`${node.origin}/01/${gtin}/21/${made}`)
  assert.equal(res.status(), 200)
  const policy = res.headers()['content-security-policy']
  assert.match(policy, /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/)
  assert.equal(res.headers()['set-cookie'], undefined)
  // Markup in a name is text.
  await p.page.getByRole('heading', { name, level: 1 }).waitFor()
  await p.page.getByText('500 mg').waitFor()
  await p.page.getByRole('heading', { name: 'Lots of this product are recalled' }).waitFor()
  await p.page.getByRole('cell', { name: 'LOT-9' }).waitFor()
  const source = await res.text()
  assert.doesNotMatch(source, /<script|<img|onerror="|javascript:/i)
  assert.doesNotMatch(source, new RegExp(`${made}|LOT-7A`), 'the page speaks of a pack')
  assert.deepEqual(p.asked.filter((a) => !a.endsWith(`/21/${made}`) && !a.endsWith('/favicon.ico')), [], 'the page loads something')

  const q = await stranger()
  await q.page.goto(`${node.origin}/01/${gtin}`)
  assert.equal(await q.page.evaluate(() => document.querySelectorAll('script, img, main b').length), 0)
  assert.deepEqual(await look(q, 'public product'), [])
  await q.page.goto(`${node.origin}/01/${gtin}/10/LOT-9`)
  await q.page.getByRole('heading', { name: 'This lot is recalled' }).waitFor()
  assert.deepEqual(await look(q, 'public lot'), [])
  await q.page.goto(`${node.origin}/01/00399991123450`)
  await q.page.getByRole('heading', { name: /its last digit does not fit/ }).waitFor()
  assert.deepEqual(await look(q, 'public wrong digit'), [])
})

test('the page speaks the language of the browser, and gives programs its links', async () => {
  const p = await stranger({ locale: 'es-MX' })
  await p.page.goto(`${node.origin}/01/${gtin}`)
  assert.equal(await p.page.locator('html').getAttribute('lang'), 'es')
  await p.page.getByRole('heading', { name: 'Hay lotes de este producto retirados del mercado' }).waitFor()
  assert.deepEqual(await look(p, 'public in Spanish'), [])
  const agent = visitor()
  for (const [path, headers] of [[`/01/${gtin}?linkType=linkset`, {}], [`/01/${gtin}/21/${made}`, { Accept: 'application/linkset+json' }]]) {
    const { status, headers: said, body } = await ask(agent, path, headers)
    assert.equal(status, 200)
    assert.equal(said['content-type'], 'application/linkset+json')
    const [set] = JSON.parse(body).linkset
    assert.equal(set.anchor, `${node.origin}/01/${gtin}`)
    assert.equal(set.description, name)
    assert.equal(set['https://ref.gs1.org/voc/recallStatus'][0].href, `${node.origin}/01/${gtin}#recall`)
  }
})

test('a serial that was made and one that was invented are answered with the same bytes, in the same time', async (t) => {
  assert.match(node.verb('trace', `https://id.gs1.org/01/${gtin}/21/${made}`), /LOT-7A/) // it is known here
  const agent = visitor()
  for (const headers of [{}, { 'Accept-Language': 'es' }, { Accept: 'application/linkset+json' }]) {
    const answers = []
    for (const path of [`/01/${gtin}/21/${made}`, `/01/${gtin}/21/100000000009`, `/01/${gtin}/21/X`]) answers.push(await ask(agent, path, headers))
    assert.equal(answers[0].status, 200)
    for (const a of answers.slice(1)) assert.deepEqual(a, answers[0])
  }
  const lots = []
  for (const serial of [made, '1']) lots.push(await ask(agent, `/01/${gtin}/10/LOT-7A/21/${serial}?17=280630`))
  assert.deepEqual(lots[1], lots[0])

  // Of pairs that are asked one after the other, the made one is the slower one as often as not.
  const pairs = 400
  const took = { made: [], invented: [] }
  let slower = 0
  for (let i = 0, who; i < pairs; i++) {
    if (i % 25 === 0) {
      who?.destroy()
      who = visitor()
      await ask(who, `/01/${gtin}`)
    }
    const time = {}
    for (const kind of i % 2 ? ['made', 'invented'] : ['invented', 'made']) {
      const began = performance.now()
      const { status } = await ask(who, `/01/${gtin}/21/${kind === 'made' ? made : 100000000010 + i}`)
      time[kind] = performance.now() - began
      took[kind].push(time[kind])
      assert.equal(status, 200)
    }
    if (time.made > time.invented) slower++
  }
  const median = (list) => list.sort((a, b) => a - b)[list.length >> 1].toFixed(3)
  t.diagnostic(`${slower} of ${pairs} made ones are slower; medians ${median(took.made)} and ${median(took.invented)} ms`)
  // Four and a half standard deviations of a coin.
  assert.ok(Math.abs(slower / pairs - 0.5) < 4.5 * 0.5 / Math.sqrt(pairs), `the made one is slower in ${slower} of ${pairs} pairs`)
})

test('who asks too often is told to wait, and others are answered', async () => {
  const p = await stranger()
  const agent = new Agent({ keepAlive: true }) // the address of the browser
  let res
  for (let tries = 0; tries < 10 && res?.status() !== 429; tries++) {
    await Promise.all(Array.from({ length: 80 }, () => ask(agent, `/01/${gtin}`)))
    res = await p.page.goto(`${node.origin}/01/${gtin}`)
  }
  assert.equal(res.status(), 429)
  assert.ok(Number(res.headers()['retry-after']) >= 1)
  await p.page.getByRole('heading', { name: 'You ask too often' }).waitFor()
  await p.page.getByText('Wait a little, and ask again.').waitFor()
  assert.deepEqual(await look(p, 'public too often'), [])
  assert.equal((await ask(visitor(), `/01/${gtin}`)).status, 200)
})
