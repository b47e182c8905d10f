// Trying a file in a real browser on a real node: findings by line, conversion with its
// losses named, hashes, two files compared, archives, files of another kind, a file on its way that
// is stopped; nothing is kept.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { crc32, deflateRawSync, gzipSync } from 'node:zlib'
import { Node } from './node.mjs'
import { launch, look } from './browser.mjs'
import { open, signedIn } from './people.mjs'

const guide = fileURLToPath(new URL('../../docs/guide/', import.meta.url))
const sent = join(guide, 'sent.xml')
const received = join(guide, 'received.xml')
let node, browser, dir
const opened = []

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pedigree-files-'))
  ;[node, browser] = await Promise.all([Node.start(), launch()])
})
after(async () => {
  await browser?.close()
  await node?.stop()
  rmSync(dir, { recursive: true, force: true })
})
afterEach(() => {
  for (const p of opened) assert.deepEqual(p.faults.splice(0), [], 'a browser had something against a page')
})

async function person(options) {
  const p = await signedIn(browser, node, options)
  opened.push(p)
  await open(p, '/file', 'Try a file')
  return p
}

const written = (name, content) => {
  const path = join(dir, name)
  writeFileSync(path, content)
  return path
}
// zip packs files as other programs do.
function zip(files) {
  const record = (size, fields, ...rest) => {
    const head = Buffer.alloc(size)
    for (const [at, bytes, value] of fields) head.writeUIntLE(value, at, bytes)
    return Buffer.concat([head, ...rest])
  }
  const packed = []
  const directory = []
  let at = 0
  for (const [name, content] of Object.entries(files)) {
    const [path, raw] = [Buffer.from(name), Buffer.from(content)]
    const data = deflateRawSync(raw)
    const sizes = [[4, crc32(raw)], [4, data.length], [4, raw.length], [2, path.length], [2, 0]]
    const fields = (from) => {
      let place = from
      return [[2, 20], [2, 0], [2, 8], [4, 0], ...sizes].map(([bytes, value]) => [(place += bytes) - bytes, bytes, value])
    }
    directory.push(record(46, [[0, 4, 0x02014b50], ...fields(6), [42, 4, at]], path))
    packed.push(record(30, [[0, 4, 0x04034b50], ...fields(4)], path, data))
    at += packed.at(-1).length
  }
  const list = Buffer.concat(directory)
  return Buffer.concat([...packed, list, record(22, [[0, 4, 0x06054b50], [8, 2, packed.length], [10, 2, packed.length], [12, 4, list.length], [16, 4, at]])])
}
const choose = (p, path) => p.page.locator('.drop input[type=file]').setInputFiles(path)
const verdict = (p) => p.page.locator('.verdict').first()

test('a file with an error is judged, and each finding has its line, its remedy and what stands there', async () => {
  const p = await person()
  assert.deepEqual(await look(p, 'file empty'), [])
  // The 11th line has the second pack, whose number is no identifier now.
  await choose(p, written('wrong.xml', readFileSync(sent, 'utf8').replace('urn:epc:id:sgtin:0399991.012345.2', 'urn:epc:id:sgtin:0399991.012345')))
  await verdict(p).getByText('STOP').waitFor()
  const finding = p.page.locator('.finding', { hasText: 'gs1/' }).first()
  await finding.locator('.quiet', { hasText: 'Line 5' }).waitFor()
  await finding.getByText('To mend it').waitFor()
  assert.match(await finding.locator('.excerpt').innerText(), /10\s+<epc>urn:epc:id:sgtin:0399991\.012345<\/epc>/)
  assert.equal(await finding.locator('mark').first().innerText(), 'urn:epc:id:sgtin:0399991.012345')
  assert.equal(await p.page.getByRole('button', { name: 'Capture it for real' }).count(), 0)
  assert.deepEqual(await look(p, 'file findings'), [])
  await p.page.getByRole('radio', { name: /^Warnings/ }).check()
  for (const text of await p.page.locator('.finding .light').allInnerTexts()) assert.equal(text, 'Warning')
  await p.page.getByRole('radio', { name: /^All/ }).check()
  await p.page.getByRole('button', { name: 'Next', exact: true }).press('Enter')
  await p.page.getByText(/^1 of \d+$/).waitFor()
  await p.page.waitForFunction(() => document.activeElement.classList.contains('finding'))
  const [csv] = await Promise.all([p.page.waitForEvent('download'), p.page.getByRole('button', { name: 'Findings as CSV' }).click()])
  assert.match(readFileSync(await csv.path(), 'utf8'), /^severity,line,event,path,rule,subject,text,remedy\r\nerror,5,1,/)
  // The page keeps to the node, and the node keeps nothing.
  assert.deepEqual(p.asked.filter((a) => !a.startsWith(node.origin) && !a.startsWith('blob:')), [])
  assert.deepEqual(await node.must('GET', '/api/v1/documents'), [])
})

test('a finding in a file without line breaks is named by its event and the path to it', async () => {
  const p = await person()
  const event = (n) => ({
    type: 'ObjectEvent', action: 'OBSERVE', bizStep: 'storing', eventTime: '2026-01-05T10:00:00Z', eventTimeZoneOffset: '+00:00',
    epcList: [`urn:epc:id:sgtin:0399991.012345${n === 2 ? '' : `.${n}`}`],
  })
  const body = { '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'], type: 'EPCISDocument', schemaVersion: '2.0',
    creationDate: '2026-01-06T10:00:00Z', epcisBody: { eventList: [1, 2, 3].map(event) } }
  await choose(p, written('oneline.json', JSON.stringify(body)))
  await verdict(p).getByText('STOP').waitFor()
  const finding = p.page.locator('.finding', { hasText: 'gs1/identifier' }).first()
  await finding.getByText('Event 2 · /epcisBody/eventList/1').waitFor()
  assert.doesNotMatch(await p.page.innerText('main'), /Line 1\b/)
})

test('a file without errors can be captured, and its jobs followed', async () => {
  const p = await person()
  await choose(p, written('good.jsonld', JSON.stringify({
    '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'], type: 'EPCISDocument', schemaVersion: '2.0',
    creationDate: '2026-03-21T10:00:00Z', epcisBody: { eventList: [] },
  })))
  await verdict(p).getByText('OK').waitFor()
  assert.deepEqual(await look(p, 'file without errors'), [])
  await p.page.getByRole('button', { name: 'Capture it for real' }).click()
  await p.page.getByRole('dialog').getByRole('button', { name: 'Capture it for real' }).click()
  await p.page.getByText(/The file is stored as document \d+/).waitFor()
})

test('a file of another kind is told plainly and not sent', async () => {
  const p = await person()
  const before = p.asked.length
  for (const [name, content, says] of [
    ['shipment.7z', Buffer.from('377abcaf271c', 'hex'), 'Unpack it'],
    ['shipment.xlsx', `PK\x03\x04${'\0'.repeat(26)}[Content_Types].xml`, 'It is a spreadsheet'],
    ['invoice.pdf', '%PDF-1.7', 'It is a PDF'],
    ['stock.csv', 'gtin,serial\n', 'It begins with neither'],
    ['nothing.xml', '', 'It is empty'],
  ]) {
    await choose(p, written(name, content))
    await verdict(p).getByText(says).waitFor()
    await verdict(p).getByText('CAN’T TELL').waitFor()
  }
  assert.deepEqual(p.asked.slice(before).filter((a) => a.includes('/files/')), [])
  assert.deepEqual(await look(p, 'file of another kind'), [])
  await choose(p, written('half.xml', readFileSync(sent, 'utf8').slice(0, 900)))
  await verdict(p).getByText('could not be read to its end').waitFor()
  await p.page.locator('.finding code', { hasText: 'epcis/' }).first().waitFor()
})

test('each document of an archive is judged, and one of them opened, converted and compared', async () => {
  const p = await person()
  const good = readFileSync(sent, 'utf8')
  const wrong = good.replace('urn:epc:id:sgtin:0399991.012345.2', 'urn:epc:id:sgtin:0399991.012345')
  await choose(p, written('july.zip', zip({ 'out/good.xml': good, 'out/wrong.xml': wrong, '../up.xml': good })))
  await verdict(p).getByText('1 of the 3 files in it have no errors.').waitFor()
  const list = p.page.getByRole('region', { name: 'Files in the archive' })
  await list.getByRole('row', { name: /good\.xml OK 0/ }).waitFor()
  await list.getByRole('row', { name: /wrong\.xml STOP [1-9]/ }).waitFor()
  await list.getByRole('row', { name: /up\.xml CAN’T TELL 1/ }).waitFor()
  await list.getByRole('button', { name: 'wrong.xml' }).click()
  const finding = p.page.locator('.finding', { hasText: 'gs1/' }).first()
  await finding.locator('.quiet', { hasText: 'Line 5' }).waitFor()
  assert.match(await finding.locator('.excerpt').innerText(), /10\s+<epc>urn:epc:id:sgtin:0399991\.012345<\/epc>/)
  assert.deepEqual(await look(p, 'file packed'), [])
  const [csv] = await Promise.all([p.page.waitForEvent('download'), p.page.getByRole('button', { name: 'Save as CSV' }).first().click()])
  assert.match(readFileSync(await csv.path(), 'utf8'), /^file,severity,line,.*\r\n(.*\r\n)*wrong\.xml,error,5,1,/)
  await list.getByRole('button', { name: 'up.xml' }).click()
  await p.page.getByText('its name leads out of the archive').waitFor()
  await list.getByRole('button', { name: 'good.xml' }).click()
  await p.page.getByRole('tab', { name: 'Compare' }).click()
  await p.page.getByLabel('The file to compare with').setInputFiles(sent)
  await p.page.getByText('The two files say the same').waitFor()
  // One that can't be opened says why, and what to do.
  await choose(p, written('cut.zip', zip({ 'a.xml': good }).subarray(0, 300)))
  await verdict(p).getByText('This archive could not be unpacked.').waitFor()
  await p.page.getByText('it was cut off').waitFor()
  await p.page.getByText('ask its sender to send it again').waitFor()
  assert.deepEqual(await look(p, 'file archive cut off'), [])
  // One with one document is as good as the document.
  await choose(p, written('good.xml.gz', gzipSync(good)))
  await p.page.getByRole('heading', { name: 'good.xml', exact: true }).waitFor()
  await p.page.getByRole('tab', { name: 'Convert' }).waitFor()
})

test('links become EPC URNs when the company prefix is told', async () => {
  const p = await person()
  await choose(p, written('links.jsonld', JSON.stringify({
    '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'], type: 'EPCISDocument', schemaVersion: '2.0',
    creationDate: '2026-03-21T10:00:00Z', epcisBody: { eventList: [{
      type: 'ObjectEvent', action: 'OBSERVE', bizStep: 'storing', eventTime: '2026-03-21T09:00:00Z', eventTimeZoneOffset: '-05:00',
      epcList: ['https://id.gs1.org/01/00399991123455/21/1'],
    }] },
  })))
  await p.page.getByRole('tab', { name: 'Convert' }).click()
  await p.page.getByLabel('Identifiers').selectOption('urn')
  const ask = p.page.getByRole('button', { name: 'See what would be lost' })
  await ask.click()
  await p.page.getByRole('cell', { name: /loss\/prefix-unknown/ }).waitFor()
  assert.deepEqual(await look(p, 'file conversion with prefixes'), [])
  const download = async () => {
    await p.page.getByText('Nothing would be lost.').waitFor()
    const [file] = await Promise.all([p.page.waitForEvent('download'), p.page.getByRole('button', { name: 'Download the converted file' }).click()])
    return readFileSync(await file.path(), 'utf8')
  }
  const prefixes = p.page.getByLabel('GS1 company prefixes, if you know them')
  await prefixes.fill('0614141 0399991')
  await ask.click()
  assert.match(await download(), /urn:epc:id:sgtin:0399991\.012345\.1/)
  await prefixes.fill('03')
  await ask.click()
  await p.page.getByRole('alert').getByText('6 to 12 digits').first().waitFor()
  await prefixes.fill('')
  await p.page.getByLabel(/^Or GS1’s list/).setInputFiles(written('list.json', '{"GCPPrefixFormatList": {"date": "2026-01-05", "entry": [{"prefix": "0399991", "gcpLength": 7}]}}'))
  await ask.click()
  assert.match(await download(), /urn:epc:id:sgtin:0399991\.012345\.1/)
})

test('a conversion names its losses before it is downloaded', async () => {
  const p = await person()
  await choose(p, written('commented.xml', readFileSync(sent, 'utf8').replace('<EventList>', '<!-- line 4 --><EventList>')))
  await p.page.getByRole('tab', { name: 'Convert' }).click()
  await p.page.getByRole('button', { name: 'See what would be lost' }).click()
  await p.page.getByRole('cell', { name: /loss\/comment/ }).first().waitFor()
  assert.deepEqual(await look(p, 'file conversion'), [])
  const [file] = await Promise.all([p.page.waitForEvent('download'), p.page.getByRole('button', { name: 'Download the converted file' }).click()])
  assert.equal(file.suggestedFilename(), 'commented.jsonld')
  const json = readFileSync(await file.path(), 'utf8')
  assert.equal(JSON.parse(json).type, 'EPCISDocument')
  await p.page.getByLabel('Write it as').selectOption('xml1.1')
  assert.equal(await p.page.getByRole('button', { name: 'Download the converted file' }).count(), 0, 'the losses that are shown are those of another form')
})

test('hashes are listed and copied, and two files are compared by them', async () => {
  const p = await person()
  await p.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await choose(p, sent)
  await p.page.getByRole('tab', { name: 'Event hashes' }).click()
  await p.page.getByText(/^ni:\/\/\/sha-256;[0-9a-f]{64}\?ver=CBV2\.0$/).first().waitFor()
  await p.page.getByRole('button', { name: 'Copy all that are listed' }).click()
  await p.page.getByRole('button', { name: 'Copied' }).waitFor()
  const copied = (await p.page.evaluate(() => navigator.clipboard.readText())).trim().split('\n')
  assert.ok(copied.length > 1 && copied.every((h) => h.startsWith('ni:///sha-256;')), copied.join())
  assert.deepEqual(await look(p, 'file hashes'), [])
  await p.page.getByRole('tab', { name: 'Compare' }).click()
  await p.page.getByLabel('The file to compare with').setInputFiles(received)
  await p.page.getByText('The two files differ.').waitFor()
  await p.page.getByRole('cell', { name: 'LOT-7B' }).waitFor()
  assert.deepEqual(await look(p, 'file comparison'), [])
  await p.page.getByLabel('The file to compare with').setInputFiles(sent)
  await p.page.getByText('The two files say the same').waitFor()
})

test('a large file on its way can be stopped, and sent again', async () => {
  const p = await person()
  await p.cdp.send('Network.enable')
  await p.cdp.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 20_000 })
  await choose(p, written('large.xml', `${readFileSync(sent, 'utf8')}${' '.repeat(4_000_000)}`))
  const bar = p.page.getByRole('progressbar')
  await bar.waitFor()
  await p.page.getByText(/\d+ % sent/).waitFor()
  assert.deepEqual(await look(p, 'file on its way'), [])
  await p.page.getByRole('button', { name: 'Stop' }).click()
  await p.page.getByText('Nothing was kept of the file.').waitFor()
  await p.cdp.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 })
  await p.page.getByRole('button', { name: 'Try again' }).click()
  await verdict(p).waitFor()
})

test('in Spanish, and when the node is away, the file stays chosen', async () => {
  const p = await signedIn(browser, node)
  opened.push(p)
  await p.page.evaluate(() => localStorage.setItem('pedigree.language', 'es'))
  await open(p, '/file', 'Probar un archivo')
  await p.cut()
  await choose(p, sent)
  await p.page.getByRole('alert').getByText('El nodo no responde', { exact: false }).waitFor()
  await p.joined()
  await p.page.getByRole('alert').getByRole('button', { name: 'Intentar de nuevo' }).click()
  await verdict(p).waitFor()
  assert.deepEqual(await look(p, 'file in Spanish'), [])
  await choose(p, written('mal.xml', readFileSync(sent, 'utf8').replace('urn:epc:id:sgtin:0399991.012345.2', 'urn:epc:id:sgtin:0399991.012345')))
  const finding = p.page.locator('.finding', { hasText: 'gs1/identifier' }).first()
  await finding.getByText('Un identificador de GS1 tiene la forma equivocada.').waitFor()
  await finding.getByText('Corrija el identificador.').waitFor()
})
