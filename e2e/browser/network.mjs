// Companies that founded a network together, each with a node of its own that takes
// deliveries from the others.
import { execFileSync, spawn } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Node, freePort, program } from './node.mjs'

const day = (years) => new Date(Date.now() + years * 365 * 86_400_000).toISOString().slice(0, 10)
const verbWaitMs = 60_000

// found sets companies up as docs/operate/network.md does, starts their nodes, opens their
// mailboxes, and says how each is reached about exceptions.
export async function found(...companies) {
  const dir = mkdtempSync(join(tmpdir(), 'pedigree-network-'))
  const run = (...args) => execFileSync(program, args, { encoding: 'utf8', timeout: verbWaitMs, stdio: 'pipe' })
  const nodes = []
  for (const c of companies) {
    const n = new Node()
    n.dir = dir
    n.home = join(dir, c.org)
    n.port = await freePort()
    n.origin = `http://localhost:${n.port}`
    n.company = c
    n.verb('init', '--org', c.org, '--name', c.name, '--role', c.role, '--prefix', c.prefix, '--gln', c.gln,
      '--licence', `${c.role}:US:TEST-${c.org}:${day(-1)}:${day(1)}`,
      '--p2p', `127.0.0.1:${await freePort()}`, '--listen', `127.0.0.1:${n.port}`)
    appendFileSync(join(n.home, 'pedigree.yaml'), `exchange:\n  listen: 127.0.0.1:${await freePort()}\n  loopback: true\n`)
    nodes.push(n)
  }
  const cards = nodes.map((n) => join(n.home, 'card.json'))
  const founding = join(dir, 'founding.json')
  run('found', ...cards, '--chain-id', `browser-${Date.now()}`, '--out', founding)
  for (const n of nodes) n.verb('join', founding, ...cards)
  for (const n of nodes) {
    n.process = spawn(program, ['start', '--home', n.home], { stdio: ['ignore', 'ignore', 'pipe'] })
    n.log = ''
    n.process.stderr.on('data', (chunk) => { n.log += chunk })
    n.ended = new Promise((done) => n.process.once('exit', done))
    n.token = readFileSync(join(n.home, 'api.token'), 'utf8').trim().split('\n').at(-1)
  }
  await Promise.all(nodes.map((n) => n.ready()))
  for (const n of nodes) {
    n.verb('exchange', 'publish')
    n.verb('partner', 'name', '0', n.company.name, '--org', n.company.org, '--role', n.company.role)
    n.verb('partner', 'contact', '0', 'exceptions', '--email', `exceptions@${n.company.org}.example`)
  }
  return {
    nodes,
    stop: async () => {
      for (const n of nodes) n.process.kill('SIGINT')
      await Promise.all(nodes.map((n) => n.ended))
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

// until asks again and again until an answer is there.
export async function until(what, ask, waitMs = 60_000) {
  for (const end = Date.now() + waitMs; Date.now() < end;) {
    const got = await ask()
    if (got) return got
    await new Promise((done) => setTimeout(done, 100))
  }
  throw new Error(`${what} does not come`)
}
