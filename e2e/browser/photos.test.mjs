// Photos as evidence of a case, at a real browser on a real node.
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { crc32, deflateSync } from 'node:zlib'
import { Node } from './node.mjs'
import { launch, look } from './browser.mjs'
import { open, signedIn } from './people.mjs'

const secret = 'N 41.8781 W 87.6298'
let node, browser, person, id

// chunk is a part of a PNG.
const chunk = (kind, body) => {
  const inside = Buffer.concat([Buffer.from(kind), body])
  const size = Buffer.alloc(4)
  const sum = Buffer.alloc(4)
  size.writeUInt32BE(body.length)
  sum.writeUInt32BE(crc32(inside))
  return Buffer.concat([size, inside, sum])
}
// picture is a PNG of one colour, with a place beside the picture.
const picture = (width, height) => {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2], 8)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', head), chunk('tEXt', Buffer.from(`Place\0${secret}`)),
    chunk('IDAT', deflateSync(Buffer.alloc(height * (1 + 3 * width), 0x60))), chunk('IEND', Buffer.alloc(0)),
  ])
}

before(async () => {
  [node, browser] = await Promise.all([Node.start('--gln', '0399991000015'), launch()])
  const partner = (await node.must('POST', '/api/v1/partners', { name: 'Wholesaler (test)' })).id
  id = (await node.must('POST', '/api/v1/cases', { scenario: '1.5', partner, items: [{ path: '/01/00399991123455/21/1', claim: 'crushed' }] })).id
  person = await signedIn(browser, node)
})
after(async () => {
  await browser?.close()
  await node?.stop()
})
afterEach(() => assert.deepEqual(person.faults.splice(0), [], 'a browser had something against a page'))

const choose = (name, mimeType, buffer) => person.page.locator('input[type=file]').setInputFiles({ name, mimeType, buffer })

test('a photo is kept without the place in it, and shown with its description', async () => {
  const { page } = person
  await open(person, `/cases/${id}`, /.+/)
  await choose('label.png', 'image/png', picture(64, 48))
  assert.ok(await page.getByRole('button', { name: 'Keep the photo' }).isDisabled(), 'a photo is kept without words')
  await page.getByLabel('What does the photo show?').fill('corner of the case crushed <b>')
  assert.deepEqual(await look(person, 'a photo before it is sent'), [])
  await page.getByRole('button', { name: 'Keep the photo' }).click()
  await page.getByText('Taken out before: tEXt.').waitFor()
  const shown = page.getByRole('img', { name: 'corner of the case crushed <b>' })
  await shown.waitFor()
  assert.equal(await shown.evaluate(async (i) => { await i.decode(); return i.naturalWidth }), 64)
  assert.deepEqual(await look(person, 'a case with a photo'), [])
  const address = await shown.getAttribute('src')
  const res = await fetch(node.origin + address, { headers: { Authorization: `Bearer ${node.token}` } })
  assert.equal(res.headers.get('content-type'), 'image/png')
  assert.equal(res.headers.get('x-content-type-options'), 'nosniff')
  assert.match(res.headers.get('content-disposition'), /^inline; filename="photo-\d+\.png"$/)
  assert.match(res.headers.get('content-security-policy'), /^sandbox; default-src 'none'/)
  assert.ok(!Buffer.from(await res.arrayBuffer()).includes(secret), 'the place is still in it')
  assert.equal((await fetch(node.origin + address)).status, 401)
})

test('a page that calls itself a photo is refused, and nothing is kept', async () => {
  const { page } = person
  const had = (await node.must('GET', `/api/v1/cases/${id}`)).evidence.length
  await choose('photo.jpg', 'image/jpeg', Buffer.from('<html><script>document.title="run"</script>'))
  await page.getByLabel('What does the photo show?').fill('a page')
  await page.getByRole('button', { name: 'Keep the photo' }).click()
  await page.getByText('use a JPEG, PNG or WebP').waitFor()
  assert.equal((await node.must('GET', `/api/v1/cases/${id}`)).evidence.length, had)
})

test('without a connection the photo stays on the page, and is sent when it is back', async () => {
  const { page } = person
  await choose('seal.png', 'image/png', picture(32, 32))
  await page.getByLabel('What does the photo show?').fill('seal torn')
  await person.cut()
  await page.getByRole('button', { name: 'Keep the photo' }).click()
  await page.getByText('the photo was not sent').waitFor()
  await person.joined()
  await page.getByRole('button', { name: 'Keep the photo' }).click()
  await page.getByRole('img', { name: 'seal torn' }).waitFor()
})
