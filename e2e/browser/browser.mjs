// A real Chromium, people in it with authenticators, and what they must never see.
import { chromium } from 'playwright-core'
import axe from 'axe-core'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

const executablePath = process.env.CHROMIUM || '/usr/bin/chromium'
// Where pictures go, to be looked at by a person; none are taken without it.
const shots = process.env.PEDIGREE_SHOTS

export const phone = { width: 360, height: 740 }
export const desk = { width: 1280, height: 800 }

export const launch = (...more) => chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', ...more] })

// What Chromium itself says of a line that is cut: of each connection, of a worker's script that it fetched just then.
const ofTheLine = /net::ERR_(?:INTERNET_DISCONNECTED|NETWORK_CHANGED)|An unknown error occurred when fetching the script/

// Person is somebody at a browser of their own, with an authenticator.
export class Person {
  static async at(browser, options = {}) {
    const p = new Person()
    p.context = await browser.newContext({ viewport: desk, ...options })
    p.page = await p.context.newPage()
    p.faults = []
    p.refusals = [] // statuses that the console names, for a script can't hide them
    p.page.on('pageerror', (e) => p.faults.push(`a script threw ${e}`))
    p.page.on('console', (m) => {
      const status = /^Failed to load resource: .* status of (\d+)/.exec(m.text())
      if (status) p.refusals.push(Number(status[1]))
      else if (p.wasCut && ofTheLine.test(m.text())) return
      else if (['error', 'warning'].includes(m.type())) p.faults.push(`the console says: ${m.text()}`)
    })
    await p.context.addInitScript(() => {
      addEventListener('securitypolicyviolation', (e) => console.error(`policy: ${e.effectiveDirective} stopped ${e.blockedURI || 'inline'}`))
    })
    p.cdp = await p.context.newCDPSession(p.page)
    await p.cdp.send('WebAuthn.enable')
    await p.newAuthenticator()
    return p
  }

  // cut takes the line away; joined gives it back.
  async cut() {
    this.wasCut = true
    await this.context.setOffline(true)
  }

  joined() { return this.context.setOffline(false) }

  // newAuthenticator is a device as phones and laptops have it inside.
  async newAuthenticator() {
    const { authenticatorId } = await this.cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    })
    this.authenticatorId = authenticatorId
  }

  async verifies(isUserVerified) {
    await this.cdp.send('WebAuthn.setUserVerified', { authenticatorId: this.authenticatorId, isUserVerified })
  }

  async credentials() {
    return (await this.cdp.send('WebAuthn.getCredentials', { authenticatorId: this.authenticatorId })).credentials
  }

  // setCounter makes the authenticator one that was copied before.
  async setCounter(signCount) {
    const [credential] = await this.credentials()
    await this.cdp.send('WebAuthn.removeCredential', { authenticatorId: this.authenticatorId, credentialId: credential.credentialId })
    await this.cdp.send('WebAuthn.addCredential', { authenticatorId: this.authenticatorId, credential: { ...credential, signCount } })
  }

  async enrol(link, device = 'laptop') {
    await this.page.goto(link)
    await this.page.getByLabel('Name of this passkey').fill(device)
    await this.page.getByRole('button', { name: 'Register' }).click()
    await this.shown()
  }

  // shown waits until the page of one's access stands with all that it loads.
  shown() { return this.page.locator('body[data-shown]').waitFor() }

  async signOut() {
    await this.page.getByRole('button', { name: 'Sign out' }).click()
    await this.page.getByText('You are signed out.').waitFor()
  }

  // signIn uses the page of signing in and waits for its outcome.
  async signIn(path = '/login') {
    if (path) await this.page.goto(new URL(path, this.page.url()).href)
    await this.page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await Promise.race([this.shown(), this.says()])
  }

  // says is what the page's alert tells, once it does.
  async says() {
    const says = this.page.locator('#says:not(:empty)')
    await says.waitFor()
    return says.innerText()
  }

  // act sends an act as the console would, and agrees to what is to be signed.
  act(method, path, body) {
    return this.page.evaluate(async ([method, path, body]) => {
      const { act } = await import('/passkey.js')
      const shown = []
      try {
        return { shown, ...await act(method, path, body, async (record) => shown.push(record)) }
      } catch (error) {
        return { shown, status: error.status, error: `${error.name}: ${error.message}` }
      }
    }, [method, path, body])
  }

  close() { return this.context.close() }
}

// besides are the columns of long lists whose cells don't stand below their heads.
const besides = () => [...document.querySelectorAll('.grid')].flatMap((grid) => {
  const [head, line] = ['.head', '.line'].map((row) => [...grid.querySelector(row)?.children ?? []])
  return head.filter((cell, i) => line[i] && Math.abs(cell.getBoundingClientRect().left - line[i].getBoundingClientRect().left) > 1).map((cell) => cell.textContent)
})

// look looks at a page as people do: at the width of a phone and of a desk, light and
// dark; all four where pictures are taken. It returns what is wrong: what axe finds,
// and what runs out of the screen.
export async function look(person, name) {
  const { page } = person
  const found = []
  for (const [width, viewport] of Object.entries({ phone, desk })) {
    for (const colorScheme of shots ? ['light', 'dark'] : [width === 'phone' ? 'dark' : 'light']) {
      await page.setViewportSize(viewport)
      await page.emulateMedia({ colorScheme })
      await page.evaluate(axe.source)
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }))
      for (const v of violations) found.push(`${name}, ${width}, ${colorScheme}: ${v.id} at ${v.nodes.map((n) => n.target).join(', ')}: ${v.help}`)
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      if (over > 0) found.push(`${name}, ${width}: runs ${over} pixels out of the screen`)
      for (const column of await page.evaluate(besides)) found.push(`${name}, ${width}: the cells of ${column} don't stand below its head`)
      if (shots) {
        mkdirSync(shots, { recursive: true })
        await page.screenshot({ path: join(shots, `${name.replaceAll(' ', '-')}-${width}-${colorScheme}.png`), fullPage: true })
      }
    }
  }
  await page.setViewportSize(desk)
  await page.emulateMedia({ colorScheme: 'light' })
  return found
}
