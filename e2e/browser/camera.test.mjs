// The camera at a real browser: films of real symbols, the right ones and others, and cameras that give no picture.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { launch, look } from './browser.mjs'
import { gtin, lot, make, manufacturer, serial } from './goods.mjs'
import { Node } from './node.mjs'
import { GS, open, scanned, signedIn as someone } from './people.mjs'
import { film } from './symbols.mjs'

const dir = mkdtempSync(join(tmpdir(), 'pedigree-camera-'))
const played = join(dir, 'camera.y4m') // opened anew each time that the camera is
const pack = (n) => ({ format: 'DataMatrix', gs1: true, text: `(01)${gtin}(21)${serial(n)}(10)${lot}` })

let node, browser, person
const opened = []

before(async () => {
  await film(played, pack(1))
  node = await Node.start(...manufacturer)
  await make(node, 4)
  browser = await launch('--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${played}`)
  person = await signedIn(browser, { permissions: ['camera'] })
})
after(async () => {
  await browser?.close()
  await node?.stop()
  rmSync(dir, { recursive: true, force: true })
})
afterEach(() => {
  for (const p of opened) assert.deepEqual(p.faults.splice(0), [], 'a browser had something against a page')
})

async function signedIn(at, options) {
  const p = await someone(at, node, options)
  opened.push(p)
  return p
}
const camera = (p) => p.page.getByRole('button', { name: 'Use the camera' }).click()
const answer = (p) => p.page.getByTestId('answer')

test('the reader is loaded when a camera is first used, from this node', async () => {
  const readers = () => person.asked.filter((u) => u.endsWith('.wasm'))
  await open(person, '/scan', 'Scan and verify')
  assert.deepEqual(readers(), [])
  await camera(person)
  await answer(person).getByText(serial(1), { exact: true }).waitFor({ timeout: 60_000 })
  assert.equal(readers().length, 1)
  assert.ok(readers()[0].startsWith(`${node.origin}/console/assets/`))
})

const films = [
  ['sharp', 1, { module: 8 }],
  ['blurred a little', 2, { module: 8, blur: 3 }],
  ['tilted', 3, { module: 8, degrees: 27 }],
  ['in low light', 4, { module: 8, light: 0.22, noise: 14 }],
]
for (const [name, n, how] of films) {
  test(`a symbol that is ${name} is read, to the right verdict`, async () => {
    // What a scanner would send, with the separator that no eye sees: the film is what it should be.
    assert.equal(await film(played, pack(n), how), `]d201${gtin}21${serial(n)}${GS}10${lot}`)
    await open(person, '/scan', 'Scan and verify')
    await camera(person)
    await answer(person).getByText(serial(n), { exact: true }).waitFor({ timeout: 60_000 })
    await answer(person).getByRole('region', { name: 'OK' }).waitFor()
    assert.equal(await person.page.locator('video').count(), 0, 'the camera looks on after it has seen a pack')
  })
}

const others = [
  ['the bar code of the product', { format: 'EAN13', text: gtin.slice(1) }, { module: 4 }, /bar code of the product/],
  ['a bar code of something else', { format: 'Code128', text: 'PO-88213' }, { module: 4 }, /bar code is none of GS1/],
  ['a QR code with a web address', { format: 'QRCode', text: 'https://example.org/offer' }, { module: 8 }, /web address of no product/],
  ['a DataMatrix that is none of GS1', { format: 'DataMatrix', text: `01${gtin}21${serial(1)}` }, { module: 8 }, /square code is none of GS1/],
]
for (const [name, what, how, says] of others) {
  test(`${name} is told apart, and nothing is asked`, async () => {
    assert.ok(await film(played, what, how), 'the film shows nothing that can be read')
    await open(person, '/scan', 'Scan and verify')
    const before = person.asked.length
    await camera(person)
    await person.page.getByText(says).waitFor({ timeout: 60_000 })
    assert.deepEqual(person.asked.slice(before).filter((u) => u.includes('/verdicts')), [])
    assert.equal(await person.page.locator('video').count(), 1, 'the camera stops looking for the right one')
    assert.deepEqual(await look(person, `camera ${name}`), [])
    if (name.includes('product')) assert.equal(await person.page.getByLabel('Scan, or type a code').inputValue(), gtin.slice(1))
    await scanned(person, `01${gtin}21${serial(1)}`)
    await answer(person).getByRole('region', { name: 'OK' }).waitFor()
  })
}

test('one of several cameras can be chosen, and its light be lit', async () => {
  const p = await signedIn(browser, { permissions: ['camera'] })
  await p.page.addInitScript(() => {
    globalThis.lit = []
    // The camera that plays a file is the only one: another is named that isn't there, as one that was pulled out.
    const { enumerateDevices } = MediaDevices.prototype
    MediaDevices.prototype.enumerateDevices = async function () {
      return [...await enumerateDevices.call(this), { kind: 'videoinput', deviceId: 'pulled-out', label: 'Another camera' }]
    }
    const { getCapabilities, applyConstraints } = MediaStreamTrack.prototype
    MediaStreamTrack.prototype.getCapabilities = function () { return { ...getCapabilities.call(this), torch: true } }
    MediaStreamTrack.prototype.applyConstraints = function (c) {
      if (c?.advanced?.[0]?.torch === undefined) return applyConstraints.call(this, c)
      globalThis.lit.push(c.advanced[0].torch)
      return Promise.resolve()
    }
  })
  await film(played, { format: 'Code128', text: 'PO-88213' }, { module: 4 })
  await open(p, '/scan', 'Scan and verify')
  await camera(p)
  const choice = p.page.getByLabel('Camera', { exact: true })
  await choice.waitFor({ timeout: 60_000 })
  const before = await p.page.evaluate(() => document.querySelector('video').srcObject.id)
  await choice.selectOption({ label: 'Another camera' })
  await p.page.waitForFunction((id) => ![undefined, id].includes(document.querySelector('video')?.srcObject?.id), before)
  await p.page.getByRole('button', { name: 'Light on' }).click()
  await p.page.getByRole('button', { name: 'Light off' }).click()
  assert.deepEqual(await p.page.evaluate(() => globalThis.lit), [true, false])
  assert.deepEqual(await look(p, 'camera chosen'), [])
  await p.page.reload()
  await camera(p)
  await p.page.getByLabel('Camera', { exact: true }).waitFor({ timeout: 60_000 })
  assert.equal(await p.page.getByLabel('Camera', { exact: true }).inputValue(), 'pulled-out', 'the choice is forgotten')
})

test('a camera that gives no picture is explained, and what works instead', async () => {
  const none = await launch()
  try {
    for (const [name, options, error, says] of [
      ['refused', {}, 'NotAllowedError', /may not use the camera\. Allow it/],
      ['absent', { permissions: ['camera'] }, undefined, /No camera was found/],
      ['in use', { permissions: ['camera'] }, 'NotReadableError', /Another program uses the camera/],
    ]) {
      const p = await signedIn(none, options)
      if (error) await p.page.addInitScript((error) => {
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('as a browser says it', error))
      }, error)
      await open(p, '/scan', 'Scan and verify')
      await camera(p)
      await p.page.getByText(says).waitFor()
      await p.page.getByText(/type the code/).first().waitFor()
      assert.deepEqual(await look(p, `camera ${name}`), [])
      await scanned(p, `01${gtin}21${serial(1)}`)
      await answer(p).getByRole('region', { name: 'OK' }).waitFor()
      await p.close()
    }
  } finally {
    await none.close()
  }
})
