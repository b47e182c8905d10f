// Texts that mean harm, in every free-text field of the HTTP interface and on the
// pages: they stay texts.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { Node } from './node.mjs'
import { Person, launch } from './browser.mjs'

const mark = 'pwned'
const payloads = {
  'a statement of SQL': `'; DROP TABLE auth_person; --`,
  'a condition of SQL': `' OR '1'='1`,
  'a union of SQL': `x' UNION SELECT credential FROM auth_passkey --`,
  'a script': `<script>window.${mark}=1</script>`,
  'an image that fails': `<img src=x onerror="window.${mark}=1">`,
  'the end of an attribute': `"><svg onload=window.${mark}=1>`,
  'an address that is a script': `javascript:window.${mark}=1`,
  'a template': `{{.Next}}\${7*7}<%= 7*7 %>`,
  'a formula': `=HYPERLINK("http://127.0.0.1:9/${mark}","x")`,
  'another formula': `@SUM(1+1)*cmd|' /C calc'!A0`,
  'a line of a log': `x\n{"level":"ERROR","msg":"${mark}"}`,
  'a header': `x\r\nSet-Cookie: ${mark}=1`,
  'a path upwards': `../../../../../../tmp/${mark}`,
  'a path upwards, escaped': `..%2f..%2f..%2ftmp%2f${mark}`,
  'an end of text': `x\u0000y`,
  'text that runs backwards': `\u202e${mark}\u2066`,
}

let node, browser

before(async () => {
  [node, browser] = await Promise.all([Node.start(), launch()])
})
after(async () => {
  await browser?.close()
  await node?.stop()
})

const isFree = (s) => s?.type === 'string' && !s.enum && !s.format

// fields are all places of an operation that take free text.
function* fields(doc) {
  const resolve = (s) => s?.$ref ? doc.components.schemas[s.$ref.split('/').at(-1)] : s
  for (const [path, item] of Object.entries(doc.paths)) {
    for (const [method, o] of Object.entries(item)) {
      for (const p of o.parameters || []) {
        if (['path', 'query'].includes(p.in) && isFree(resolve(p.schema))) yield { method, path, where: p.in, name: p.name, o }
      }
      const body = resolve(o.requestBody?.content?.['application/json']?.schema)
      for (const [name, s] of Object.entries(body?.properties || {})) {
        const at = resolve(s)
        if (isFree(at)) yield { method, path, where: 'body', name, body, o }
        if (at?.type === 'array' && isFree(resolve(at.items))) yield { method, path, where: 'list', name, body, o }
      }
    }
  }
}

// filled is a request with the text in one field and harmless words in the others.
function filled(f, text) {
  const sample = (s) => s.enum?.[0] ?? { string: 'x', integer: s.minimum ?? 1, number: 1, boolean: false, array: [], object: {} }[s.type] ?? 'x'
  const path = f.path.replace(/\{([^}]+)\}/g, (_, n) => encodeURIComponent(f.where === 'path' && n === f.name ? text : 'x'))
  const query = f.where === 'query' ? `?${new URLSearchParams({ [f.name]: text })}` : ''
  let body
  if (f.o.requestBody?.content?.['application/json']) {
    body = {}
    for (const name of f.body?.required || []) if (name !== '$schema') body[name] = sample(f.body.properties[name] || {})
    if (f.where === 'body') body[f.name] = text
    if (f.where === 'list') body[f.name] = [text]
  }
  return [f.method.toUpperCase(), path + query, body]
}

test('harmful texts in every field of the interface stay texts', async (t) => {
  const doc = await node.must('GET', '/api/openapi.json')
  const all = [...fields(doc)].filter((f) => !['end-any-session', 'take-backup'].includes(f.o.operationId))
  assert.ok(all.length > 30, `only ${all.length} fields`)
  const before = await node.must('GET', '/api/v1/people')
  let sent = 0
  const failed = []
  for (const f of all) {
    for (const [name, text] of Object.entries(payloads)) {
      const got = await node.ask(...filled(f, text))
      sent++
      if (!(got.status > 0 && got.status < 500)) failed.push(`${name} in ${f.name} of ${f.o.operationId} is answered ${got.status}: ${JSON.stringify(got.answer).slice(0, 300)}`)
      assert.equal(got.headers.get('set-cookie'), null, `${name} in ${f.name} of ${f.o.operationId} set a cookie`)
      if (got.status < 300) continue
      assert.match(got.headers.get('content-type') || 'application/problem+json', /json/, `${name} in ${f.name} of ${f.o.operationId} is answered as ${got.headers.get('content-type')}`)
    }
  }
  t.diagnostic(`${sent} injections in ${all.length} fields`)
  assert.deepEqual(failed, [], 'some are answered as failures of the node')
  assert.ok(sent >= 200)
  const people = await node.must('GET', '/api/v1/people')
  assert.ok(people.length >= before.length && people.every((p) => p.roles.length === 0), 'a statement reached the tables')
  assert.ok(!existsSync(`/tmp/${mark}`), 'a file was written')
  for (const line of await node.audit()) {
    assert.ok(!/[\n\r\u0000\u202e]/.test(line.object + line.outcome + line.act), `a line of the audit trail holds ${JSON.stringify(line)}`)
  }
  for (const line of node.log.split('\n').filter((l) => l.startsWith('{'))) {
    assert.notEqual(JSON.parse(line).msg, mark, 'a line of the log was forged')
  }
})

test('harmful texts on the pages run nothing, and no policy is broken', async () => {
  const p = await Person.at(browser)
  const dialogs = []
  p.page.on('dialog', (d) => { dialogs.push(d.message()); d.dismiss() })
  const inert = async (where) => {
    assert.equal(await p.page.evaluate((m) => typeof window[m], mark), 'undefined', `a script ran on ${where}`)
  }
  for (const [name, text] of Object.entries(payloads)) {
    const q = encodeURIComponent(text)
    for (const path of ['/login?next=', '/login?token=', '/invitation#', '/access?x=']) {
      await p.page.goto(node.origin + path + q)
      await inert(`${path} with ${name}`)
      assert.equal(new URL(p.page.url()).origin, node.origin, `${name} leads away`)
    }
  }
  // Names and acts that are shown to an administrator, and what is looked up.
  const { link } = await node.person('Kim Example', 'admin', 'auditor')
  await p.enrol(link)
  for (const [name, text] of Object.entries(payloads)) {
    const { id } = await node.must('POST', '/api/v1/people', { name: 'Lee Example' })
    const asked = await node.ask('PUT', `/api/v1/people/${id}/roles/governance?note=${encodeURIComponent(text)}`)
    assert.equal(asked.status, 202, `${name}: ${JSON.stringify(asked.answer)}`)
    await node.ask('POST', '/api/v1/people', { name: text })
    await node.ask('POST', '/api/v1/backup/permits', { for: 'take', who: text, days: 1 })
    await p.page.goto(`${node.origin}/?id=${encodeURIComponent(text)}`)
    await inert(`the look-up with ${name}`)
  }
  await p.page.goto(node.origin + '/access')
  await p.shown()
  await inert('the list of acts')
  const acts = await p.page.locator('li.act').count()
  assert.ok(acts >= Object.keys(payloads).length, `${acts} acts are shown`)
  assert.match(await p.page.innerText('#acts'), /<script>window\.pwned=1<\/script>/)
  assert.equal(await p.page.locator('#acts script, #acts img, #acts svg').count(), 0)
  assert.deepEqual(dialogs, [])
  assert.deepEqual(p.faults, [])
  await p.close()
})

test('a field that an operation does not have, or spells otherwise, is refused for that', async (t) => {
  const doc = await node.must('GET', '/api/openapi.json')
  const seen = new Map()
  for (const f of fields(doc)) if (f.body) seen.set(f.o.operationId, f)
  assert.ok(seen.size > 10, `only ${seen.size} operations take fields`)
  let sent = 0
  for (const f of seen.values()) {
    const [method, path, body] = filled({ ...f, where: 'none' }, '')
    const strange = ['org', 'roles_', 'kind_', 'is_admin', '__proto__x', ...Object.keys(f.body.properties).filter((n) => n !== '$schema').map((n) => n[0].toUpperCase() + n.slice(1))]
    for (const name of strange) {
      if (name in f.body.properties) continue
      const got = await node.ask(method, path, JSON.stringify({ ...body, [name]: 'other' }))
      sent++
      if (got.status === 202) continue // it waits unread, and is read when a second person approves it
      assert.ok([400, 422].includes(got.status), `${name} in ${f.o.operationId} is answered ${got.status}`)
      assert.match(JSON.stringify(got.answer), /unexpected property/i, `${name} in ${f.o.operationId}: ${JSON.stringify(got.answer)}`)
    }
  }
  t.diagnostic(`${sent} strange fields of ${seen.size} operations`)
})
