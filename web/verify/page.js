'use strict'
// The page: takes files, asks the verifier, shows its report. It decides nothing.
{
  const at = (id) => document.getElementById(id)
  const given = { object: null, trust: null, policy: null }
  const fileBytesMax = 4 << 20
  const marks = { ok: '\u2713 ok', failed: '\u2717 failed', 'not shown': '\u2013 not shown' }
  const outcomes = {
    proved: ['Proved', 'Every step that this file must show holds.'],
    partly: ['Holds, but is not complete', 'What the file shows holds. Look below for what it does not show.'],
    alert: ['Genuine, but do not accept the goods', 'The file holds, and says that something is wrong with the goods or with its age.'],
    refused: ['Refused', 'This file does not prove what it says.'],
  }

  const unpack = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
  const givenIn = (id) => {
    const text = at(id).textContent.trim()
    return text ? unpack(text) : null
  }

  function verdict(kind, title, summary) {
    at('verdict').className = kind
    at('outcome').textContent = title
    at('summary').textContent = summary
  }

  function fill(parent, ...children) {
    at(parent).replaceChildren(...children)
  }

  function element(name, text, className = '') {
    const e = document.createElement(name)
    e.textContent = text
    if (className) e.className = className
    return e
  }

  // nonceBytes gives the bytes typed in, or nothing where none are, or null where
  // they can't be read.
  function nonceBytes() {
    const text = at('nonce').value.replace(/\s+/g, '').toLowerCase()
    const good = /^([0-9a-f]{2}){0,64}$/.test(text)
    at('nonce-fault').textContent = good ? '' : 'Write the number as pairs of the digits 0-9 and a-f, at most 64 pairs.'
    return good ? Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16)) : null
  }

  function check() {
    const nonce = nonceBytes()
    for (const part of ['found', 'checks', 'fingerprint', 'alerts']) at(part).hidden = true
    if (!given.trust) return verdict('waiting', 'Choose a trust file', 'It says which validators you trust; your own node or your network operator gives it to you.')
    if (!given.object) return verdict('waiting', 'Choose the file to check', 'A bundle, receipt or proof, usually with the ending .pedigree.')
    if (!nonce) return verdict('waiting', 'The number to sign cannot be read', 'Correct or empty that field.')
    const began = performance.now()
    const answer = JSON.parse(globalThis.pedigreeVerify(given.object, new TextDecoder().decode(given.trust), nonce, given.policy ?? new Uint8Array()))
    const took = performance.now() - began
    show(answer)
    document.body.dataset.took = took.toFixed(3)
    document.body.dataset.outcome = answer.outcome
  }

  function show(answer) {
    const [title, text] = outcomes[answer.outcome]
    const failed = (answer.steps ?? []).find((s) => s.verdict === 'failed')
    const when = answer.as_of && !failed ? ` As of height ${answer.height} of ${answer.chain}, ${answer.as_of.slice(0, 19).replace('T', ' ')} UTC.` : ''
    verdict(answer.outcome, title, failed ? `${text} The step that failed is: ${failed.name}. ${failed.text}` : text + when)
    fill('alerts', ...(answer.alerts ?? []).map((a) => element('li', a)))
    at('alerts').hidden = !answer.alerts?.length
    fill('facts', ...(answer.facts ?? []).flatMap((f) => [element('dt', f.name), element('dd', f.value)]))
    at('found').hidden = !answer.facts?.length
    fill('steps', ...(answer.steps ?? []).map(row))
    at('checks').hidden = !answer.steps?.length
    if (answer.fingerprint) {
      at('fingerprint').textContent = `Fingerprint of the trust file: ${answer.fingerprint}. Compare it with one that came by another way, such as from your own node.`
      at('fingerprint').hidden = false
    }
  }

  function row(step) {
    const tr = document.createElement('tr')
    const name = element('th', step.name)
    name.scope = 'row'
    tr.append(name, element('td', marks[step.verdict], step.verdict.replace(' ', '-')), element('td', step.text), element('td', step.limit ?? ''))
    return tr
  }

  async function take(file, kind) {
    if (!file) return
    if (file.size > fileBytesMax) return verdict('refused', 'Refused', `${file.name} is larger than any file this page can check.`)
    given[kind] = new Uint8Array(await file.arrayBuffer())
    at(`${kind}-name`).textContent = file.name
    check()
  }

  // kindOf tells by its ending what a dropped file is.
  const kindOf = (name) => (name.endsWith('.json') ? 'trust' : name.endsWith('.txt') ? 'policy' : 'object')

  function listen() {
    for (const kind of ['trust', 'object', 'policy']) at(kind).addEventListener('change', (e) => take(e.target.files[0], kind))
    at('nonce').addEventListener('input', check)
    document.addEventListener('dragover', (e) => {
      e.preventDefault()
      document.body.classList.add('dropping')
    })
    document.addEventListener('dragleave', (e) => e.relatedTarget ?? document.body.classList.remove('dropping'))
    document.addEventListener('drop', async (e) => {
      e.preventDefault()
      document.body.classList.remove('dropping')
      for (const file of [...e.dataTransfer.files].slice(0, 3)) await take(file, kindOf(file.name))
    })
  }

  async function start() {
    const stream = new Blob([unpack(at('wasm').textContent)]).stream().pipeThrough(new DecompressionStream('gzip'))
    const go = new Go()
    const { instance } = await WebAssembly.instantiate(await new Response(stream).arrayBuffer(), go.importObject)
    go.run(instance).then(() => verdict('refused', 'The verifier has stopped', 'Load the page again.'))
    given.object = givenIn('given-object')
    given.trust = givenIn('given-trust')
    const name = givenIn('given-name')
    if (given.object) at('object-name').textContent = name ? `${new TextDecoder().decode(name)}, inside this page` : 'inside this page'
    if (given.trust) at('trust-name').textContent = 'inside this page'
    listen()
    check()
    document.body.dataset.ready = performance.now().toFixed(0)
  }

  start().catch((err) => verdict('refused', 'The verifier did not start', `This browser can't run it: ${err.message}`))
}
