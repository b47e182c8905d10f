// A node of one organisation, run as its operator runs it.
import { spawn, execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const program = process.env.PEDIGREE || fileURLToPath(new URL('../../bin/pedigree', import.meta.url))
const startWaitMs = 30_000

// How entries are let onto the ledger in this run's networks, as the tests in Go have it of
// the same variable (internal/admissiontest). Each has its member's signature by name; it is the only mode that there is.
export const admission = process.env.PEDIGREE_ADMISSION || 'named'
if (admission !== 'named') throw new Error(`there is no admission by ${admission}: this ledger lets entries in by name alone; leave PEDIGREE_ADMISSION out`)

// freePort is a port below those that the system hands out by itself: one that was free
// on port 0 is given to the next connection of any program.
export async function freePort() {
  for (let tries = 0; tries < 1000; tries++) {
    const port = 10240 + Math.floor(Math.random() * (32768 - 10240))
    const free = await new Promise((done) => {
      const s = createServer()
      s.once('error', () => done(false))
      s.listen(port, '127.0.0.1', () => s.close(() => done(true)))
    })
    if (free) return port
  }
  throw new Error('there is no free port')
}

// Node is one running node with its owner's access token.
export class Node {
  // start founds a network of one and runs its node; more is for init, such as a licence.
  static async start(...more) {
    if (!existsSync(program)) throw new Error(`${program} is not there: run make build, or name the program in PEDIGREE`)
    const n = new Node()
    n.dir = mkdtempSync(join(tmpdir(), 'pedigree-browser-'))
    n.home = join(n.dir, 'maker')
    n.port = await freePort()
    n.origin = `http://localhost:${n.port}`
    n.verb('init', '--org', 'maker', '--name', 'Maker (test)', '--role', 'manufacturer', '--prefix', '0399991',
      '--alone', '--p2p', `127.0.0.1:${await freePort()}`, '--listen', `127.0.0.1:${n.port}`, ...more)
    n.log = ''
    n.run()
    n.token = readFileSync(join(n.home, 'api.token'), 'utf8').trim().split('\n').at(-1)
    await n.ready()
    return n
  }

  run() {
    this.process = spawn(program, ['start', '--home', this.home], { stdio: ['ignore', 'ignore', 'pipe'] })
    this.process.stderr.on('data', (chunk) => { this.log += chunk })
    this.ended = new Promise((done) => this.process.once('exit', done))
  }

  // kill ends the node as a lost machine does; again starts it in its home.
  async kill() {
    this.process.kill('SIGKILL')
    await this.ended
  }

  async again() {
    this.run()
    await this.ready()
  }

  verb(...args) { return this.verbAt(this.home, ...args) }

  verbAt(home, ...args) {
    return execFileSync(program, [...args, '--home', home], { encoding: 'utf8', timeout: startWaitMs, stdio: 'pipe' })
  }

  async ready() {
    for (const end = Date.now() + startWaitMs; Date.now() < end;) {
      const answered = await fetch(`http://127.0.0.1:${this.port}/readyz`).then((r) => r.status, () => 0)
      if (answered === 200) return
      if (this.process.exitCode !== null) break
      await new Promise((done) => setTimeout(done, 50))
    }
    throw new Error(`the node does not come up:\n${this.log}`)
  }

  // ask makes a request as the owner.
  async ask(method, path, body) {
    const res = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.token}`, 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    })
    const raw = await res.text()
    let answer = null
    try { answer = JSON.parse(raw) } catch { answer = raw }
    return { status: res.status, headers: res.headers, answer }
  }

  // must is ask for who needs a success.
  async must(method, path, body) {
    const got = await this.ask(method, path, body)
    if (got.status >= 300) throw new Error(`${method} ${path} is answered ${got.status}: ${JSON.stringify(got.answer)}`)
    return got.answer
  }

  // person enters one with roles and returns id and invitation link.
  async person(name, ...roles) {
    const { id } = await this.must('POST', '/api/v1/people', { name })
    for (const role of roles) await this.must('PUT', `/api/v1/people/${id}/roles/${role}`)
    const { link } = await this.must('POST', `/api/v1/people/${id}/invitation`)
    return { id, link }
  }

  async audit() { return this.must('GET', '/api/v1/audit') }

  async stop() {
    this.process.kill('SIGINT')
    await this.ended
    rmSync(this.dir, { recursive: true, force: true })
  }
}
