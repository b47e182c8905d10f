// People at a real browser: passkeys, signatures, second persons, and those who try
// to get in without.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, afterEach, test } from 'node:test'
import { Node } from './node.mjs'
import { Person, launch, look } from './browser.mjs'

let node, browser, opened
let admin // an administrator who is signed in throughout, and approves what waits

before(async () => {
  [node, browser] = await Promise.all([Node.start(), launch()])
  opened = []
  admin = await enrolled('Kim Example', 'admin')
})
after(async () => {
  const faults = admin?.faults
  await browser?.close()
  await node?.stop()
  assert.deepEqual(faults, [])
})
beforeEach(() => { opened = [] })
afterEach(async () => {
  for (const p of opened) {
    const { faults } = p
    await p.close()
    assert.deepEqual(faults, [], 'a browser had something against a page')
  }
})

const someone = async (options) => {
  const p = await Person.at(browser, options)
  opened.push(p)
  return p
}

// enrolled is a person with a passkey who is signed in.
async function enrolled(name, ...roles) {
  const p = await someone()
  const invited = await secondedPerson(name, ...roles)
  await p.enrol(invited.link)
  p.id = invited.id
  return p
}

// secondedPerson is one whom the owner enters, and the administrator agrees to.
async function secondedPerson(name, ...roles) {
  const { id } = await node.must('POST', '/api/v1/people', { name })
  for (const role of roles) await settled('PUT', `/api/v1/people/${id}/roles/${role}`)
  const { link } = await settled('POST', `/api/v1/people/${id}/invitation`)
  return { id, link }
}
async function settled(method, path) {
  const got = await node.ask(method, path)
  if (got.status !== 202) return got.answer
  const done = await admin.act('POST', `/api/v1/approvals/${got.answer.id}`, { hash: got.answer.hash })
  assert.equal(done.error, undefined)
  return done.answer
}

const refusedSignIn = /did not work: the passkey or the invitation is not known here, too old or used already/
const me = (p) => p.page.evaluate(() => fetch('/api/v1/me').then((r) => r.status))

test('a person enrols by invitation, signs out and signs in again', async () => {
  const p = await someone()
  const { link, id } = await secondedPerson('Pat Example', 'pharmacist')
  await p.page.goto(link)
  assert.deepEqual(await look(p, 'invitation'), [])
  await p.enrol(link)
  assert.match(await p.page.innerText('main'), /Pat Example[\s\S]*maker[\s\S]*pharmacist/)
  assert.equal((await p.credentials()).length, 1)
  await p.signOut()
  assert.equal(await me(p), 401)
  await p.signIn()
  assert.equal(await p.page.innerText('#id'), id)
  const [cookie] = await p.context.cookies()
  assert.deepEqual([cookie.httpOnly, cookie.sameSite], [true, 'Strict'])
  await p.page.goto(link) // it works once
  await p.page.getByLabel('Name of this passkey').fill('second')
  await p.page.getByRole('button', { name: 'Register' }).click()
  assert.match(await p.says(), refusedSignIn)
})

test('who has no passkey here, or half a link, is told what to do', async () => {
  const p = await someone()
  await p.page.goto(node.origin + '/access')
  assert.match(p.page.url(), /\/login\?next=\/access$/)
  assert.deepEqual(await look(p, 'sign in'), [])
  await p.signIn(null)
  assert.match(await p.says(), /No passkey was used/)
  assert.deepEqual(await look(p, 'sign in refused'), [])
  await p.page.goto(node.origin + '/invitation#5f1c')
  assert.match(await p.says(), /This link is not whole/)
  await p.page.goto(node.origin + '/invitation#' + '0'.repeat(64))
  await p.page.reload()
  await p.page.getByLabel('Name of this passkey').fill('x')
  await p.page.getByRole('button', { name: 'Register' }).click()
  assert.match(await p.says(), refusedSignIn)
  await p.page.goto(node.origin + '/')
  assert.match(p.page.url(), /\/login\?next=%2F$/)
})

test('an act is signed with name, time and meaning, and a second person signs its approval', async () => {
  const pat = await enrolled('Pat Example', 'admin')
  const lee = await secondedPerson('Lee Example')
  const path = `/api/v1/people/${lee.id}/roles/governance`
  const asked = await pat.act('PUT', path)
  assert.equal(asked.error, undefined)
  assert.deepEqual([asked.shown[0].name, asked.shown[0].meaning, asked.shown[0].object], ['Pat Example', 'authorisation', 'PUT ' + path])
  assert.ok(asked.waits)

  await pat.page.reload()
  const own = pat.page.locator('li.act')
  await own.waitFor()
  assert.equal(await own.getByRole('button', { name: 'Approve' }).count(), 0, 'who asked may not approve')

  await admin.page.reload()
  const item = admin.page.locator('li.act', { hasText: asked.answer.hash })
  await item.waitFor()
  assert.deepEqual(await look(admin, 'approvals'), [])
  await item.getByRole('button', { name: 'Approve' }).click()
  const dialog = admin.page.getByRole('dialog')
  await dialog.waitFor()
  assert.match(await dialog.innerText(), /Signer\s+Kim Example\s+Meaning\s+approval\s+Act\s+approve\s+On\s+POST \/api\/v1\/approvals\//)
  assert.deepEqual(await look(admin, 'signing'), [])
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  assert.match(await admin.says(), /Nothing was signed/)
  assert.deepEqual((await people(lee.id)).roles, [], 'a cancelled signature did it')

  await item.getByRole('button', { name: 'Approve' }).click()
  await dialog.getByRole('button', { name: 'Sign with your passkey' }).click()
  const done = admin.page.locator('#done:not(:empty)')
  await done.waitFor()
  assert.match(await done.innerText(), /^Approved and done. Signed by Kim Example at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, meaning: approval. Record [0-9a-f]{64}\.$/)
  assert.deepEqual(await look(admin, 'approved'), [])
  assert.deepEqual((await people(lee.id)).roles, ['governance'])

  const signatures = await node.must('GET', '/api/v1/signatures')
  for (const [id, meaning] of [[pat.id, 'authorisation'], [admin.id, 'approval']]) {
    const own = signatures.filter((s) => s.record.signer === id && s.record.meaning === meaning && s.method === 'passkey')
    assert.ok(own.length > 0 && own.every((s) => s.check === 'right'), `the signature of ${meaning} does not check`)
  }
  const line = (await node.audit()).find((l) => l.act === 'grant-role' && l.who === pat.id && l.outcome.startsWith('done: 204'))
  assert.equal(line?.outcome, `done: 204, approved by ${admin.id}`)
})

const people = async (id) => (await node.must('GET', '/api/v1/people')).find((u) => u.id === id)

test('two persons permit backups and a restore, and the backup carries that', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'pedigree-browser-'))
  try {
    const [tar, restored] = [join(dir, 'maker.tar'), join(dir, 'restored')]
    assert.throws(() => node.verb('backup', '--out', tar), /two persons have to permit this first/)
    const pat = await enrolled('Pat Example', 'admin')
    for (const terms of [{ for: 'take', who: 'owner', days: 30 }, { for: 'restore', days: 366 }]) {
      const asked = await pat.act('POST', '/api/v1/backup/permits', terms)
      assert.equal(asked.shown[0].meaning, 'authorisation')
      await admin.page.reload()
      const item = admin.page.locator('li.act', { hasText: asked.answer.hash })
      await item.getByRole('button', { name: 'Approve' }).click()
      await admin.page.getByRole('dialog').getByRole('button', { name: 'Sign with your passkey' }).click()
      await admin.page.locator('#done:not(:empty)').waitFor()
    }
    assert.match(node.verb('backup', '--out', tar), /holds maker on/)
    const permits = await node.must('GET', '/api/v1/backup/permits')
    assert.deepEqual(permits.map((p) => [p.terms.for, p.asker, p.by]), [['restore', pat.id, admin.id], ['take', pat.id, admin.id]])
    node.verbAt(restored, 'restore', tar, '--keys', node.home, '--sole-validator')
    const lines = (await node.audit()).filter((l) => l.act === 'take-backup').map((l) => l.outcome)
    assert.deepEqual(lines, ['refused: no permit', 'failed: 403', `permitted by ${permits[1].id}`, 'done: 200'])
    // A backup from before the permit carries none.
    await node.must('DELETE', `/api/v1/backup/permits/${permits[0].id}`)
    const later = join(dir, 'later.tar')
    node.verb('backup', '--out', later)
    assert.throws(() => node.verbAt(join(dir, 'later'), 'restore', later, '--keys', node.home, '--sole-validator'), /two persons have to permit this first/)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})

test('a session that ends mid-way does nothing and says so', async () => {
  const pat = await enrolled('Pat Example', 'admin')
  const lee = await secondedPerson('Lee Example')
  const path = `/api/v1/people/${lee.id}/roles/governance`
  assert.ok((await pat.act('PUT', path)).waits)
  const mine = (await node.must('GET', '/api/v1/people/sessions')).filter((s) => s.principal === pat.id)
  await pat.page.reload()
  await pat.page.locator('li.act', { hasText: lee.id }).waitFor()
  for (const s of mine) await node.must('DELETE', `/api/v1/people/sessions/${s.id}`)
  await pat.page.locator('li.act', { hasText: lee.id }).getByRole('button', { name: 'Take back' }).click()
  assert.match(await pat.says(), /Your session has ended, and nothing was done/)
  assert.deepEqual(await look(pat, 'session ended'), [])
  await pat.page.getByRole('link', { name: 'Sign in again' }).click()
  await pat.signIn(null)
  await pat.page.locator('li.act', { hasText: lee.id }).waitFor()
  await pat.act('DELETE', `/api/v1/approvals/${(await waiting(lee.id)).id}`)
})

const waiting = async (text) => (await node.must('GET', '/api/v1/approvals')).find((p) => !p.outcome && p.path.includes(text))

test('a person whom the device does not verify is not let in', async () => {
  const p = await enrolled('Pat Example', 'clerk')
  await p.signOut()
  await p.verifies(false)
  await p.signIn()
  assert.match(await p.says(), /No passkey was used/)
  // A page that asks for less gets an answer; the node does not take it.
  const status = await p.page.evaluate(async () => {
    const { want, ask } = await import('/passkey.js')
    const begun = await want('POST', '/login/passkey/begin', {})
    const from = (t) => Uint8Array.from(atob(t.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0))
    const to = (b) => btoa(String.fromCharCode(...new Uint8Array(b))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
    const publicKey = { ...begun.options.publicKey, challenge: from(begun.options.publicKey.challenge), userVerification: 'discouraged' }
    const c = await navigator.credentials.get({ publicKey })
    const r = c.response
    const answer = {
      id: c.id, rawId: to(c.rawId), type: c.type, clientExtensionResults: {},
      response: { clientDataJSON: to(r.clientDataJSON), authenticatorData: to(r.authenticatorData), signature: to(r.signature), userHandle: to(r.userHandle) },
    }
    return (await ask('POST', '/login/passkey/finish', { ceremony: begun.ceremony, answer })).res.status
  })
  assert.equal(status, 401)
  assert.equal(await me(p), 401)
})

test('an answer that was used is worth nothing', async () => {
  const p = await enrolled('Pat Example', 'clerk')
  await p.signOut()
  const sent = p.page.waitForRequest('**/login/passkey/finish')
  await p.signIn()
  const body = (await sent).postData()
  const replayed = await fetch(node.origin + '/login/passkey/finish', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
  assert.equal(replayed.status, 401)
  assert.equal(replayed.headers.get('set-cookie'), null)
  // Nor in a ceremony of its own: it answers another challenge.
  const begun = await (await fetch(node.origin + '/login/passkey/begin', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' })).json()
  const moved = await fetch(node.origin + '/login/passkey/finish', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ ...JSON.parse(body), ceremony: begun.ceremony }) })
  assert.equal(moved.status, 401)
  assert.ok((await node.audit()).filter((l) => l.act === 'sign-in' && l.outcome === 'refused').length >= 2)
})

test('a passkey whose counter went back is blocked, the true one too', async () => {
  const p = await enrolled('Pat Example', 'clerk')
  await p.signOut()
  await p.signIn()
  await p.signOut()
  await p.setCounter(1)
  await p.signIn()
  assert.match(await p.says(), refusedSignIn)
  await p.setCounter(1000)
  await p.signIn()
  assert.match(await p.says(), refusedSignIn)
  assert.ok((await node.audit()).some((l) => l.outcome === "refused: the passkey's counter went back; it is blocked"))
  const { link } = await settled('POST', `/api/v1/people/${p.id}/invitation`)
  await p.cdp.send('WebAuthn.clearCredentials', { authenticatorId: p.authenticatorId })
  await p.enrol(link, 'new laptop')
  assert.match(await p.page.innerText('#keylist'), /laptop, ended .*\n*.*new laptop, registered .*, your only one/)
})

test('a passkey that was ended signs nobody in, and its sessions end', async () => {
  const p = await enrolled('Pat Example', 'clerk')
  const [key] = await node.must('GET', `/api/v1/people/${p.id}/passkeys`)
  assert.equal(await me(p), 200)
  await node.must('DELETE', `/api/v1/people/${p.id}/passkeys/${key.id}`)
  assert.equal(await me(p), 401)
  await p.signIn()
  assert.match(await p.says(), refusedSignIn)
})

test('a person with two passkeys ends the one of a lost device, never the last', async () => {
  const p = await enrolled('Pat Example', 'clerk')
  assert.equal(await p.page.getByRole('button', { name: 'End' }).count(), 1, 'only the session can be ended')
  const [only] = await p.page.evaluate(() => fetch('/api/v1/passkeys').then((r) => r.json()))
  assert.equal((await p.act('DELETE', `/api/v1/passkeys/${only.id}`)).status, 409)
  const { link } = await settled('POST', `/api/v1/people/${p.id}/invitation`)
  await p.cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: p.authenticatorId })
  await p.newAuthenticator()
  await p.enrol(link, 'phone')
  assert.deepEqual(await look(p, 'two passkeys'), [])
  await p.page.locator('#keylist li', { hasText: 'laptop' }).getByRole('button', { name: 'End' }).click()
  await p.page.waitForURL('**/login?next=/access')
  await p.signIn(null)
  assert.match(await p.page.innerText('#keylist'), /phone, registered .*, your only one/)
})

test('at another address the browser refuses, and behind a false one the node does', async () => {
  const p = await enrolled('Pat Example', 'clerk')
  await p.signOut()
  await p.page.goto(`http://127.0.0.1:${node.port}/login`)
  await p.page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  assert.match(await p.says(), /Passkeys of this node belong to another address/)
  // A page of the same host at another port hands on what it gets, and hides where it stands.
  const between = createServer((req, res) => {
    const headers = { ...req.headers, host: `localhost:${node.port}` }
    for (const name of ['origin', 'sec-fetch-site', 'referer']) delete headers[name]
    const on = request({ host: '127.0.0.1', port: node.port, method: req.method, path: req.url, headers }, (got) => {
      res.writeHead(got.statusCode, got.headers)
      got.pipe(res)
    })
    req.pipe(on)
  })
  await new Promise((done) => between.listen(0, '127.0.0.1', done))
  try {
    await p.page.goto(`http://localhost:${between.address().port}/login`)
    await p.page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    assert.match(await p.says(), refusedSignIn)
    assert.equal(await me(p), 401)
  } finally {
    between.closeAllConnections()
    between.close()
  }
  // The same passkey still works where it belongs.
  await p.page.goto(node.origin + '/login')
  await p.signIn(null)
  assert.equal(await p.page.innerText('#id'), p.id)
})

test('a page that the roles do not allow says so', async () => {
  const p = await enrolled('Pat Example', 'operator')
  await p.page.goto(node.origin + '/')
  assert.match(await p.page.innerText('main'), /Not for you[\s\S]*read-goods/)
  assert.deepEqual(await look(p, 'not for you'), [])
})
