// People at the console: how they sign in, where they go, what a hand scanner types.
import { Person, desk } from './browser.mjs'

export const GS = '\u001d' // between fields of a GS1 symbol

// signedIn is a person at the console of a node, with its owner's token; asked holds the
// addresses that the page fetched.
export async function signedIn(browser, node, options) {
  const p = await Person.at(browser, { viewport: desk, locale: 'en-US', ...options })
  p.node = node
  p.asked = []
  p.page.on('request', (r) => p.asked.push(r.url()))
  await p.page.goto(`${node.origin}/login?token=${node.token}&next=/console/`)
  await p.page.waitForURL('**/console/')
  await p.page.getByRole('heading', { name: 'Inbox', exact: true }).waitFor()
  return p
}

// open loads a page of the console and waits for its heading.
export async function open(p, at, heading) {
  await p.page.goto(`${p.node.origin}/console${at}`)
  await p.page.getByRole('heading', { name: heading, level: 1 }).waitFor()
}

// within goes to another place of the console as a link in it does.
export const within = (p, at) => p.page.evaluate((to) => {
  history.pushState({}, '', to)
  dispatchEvent(new PopStateEvent('popstate'))
}, at)

// invited is a person of the node with a role, and the link by which they enrol.
export async function invited(node, name, role) {
  const { id } = await node.must('POST', '/api/v1/people', { name })
  await node.must('PUT', `/api/v1/people/${id}/roles/${role}`)
  const { link } = await node.must('POST', `/api/v1/people/${id}/invitation`)
  return { id, link }
}

// tabOf is another tab of somebody's browser, with a device for passkeys of its own.
export async function tabOf(p) {
  const tab = Object.assign(new Person(), { context: p.context, page: await p.context.newPage(), refusals: [] })
  tab.cdp = await p.context.newCDPSession(tab.page)
  await tab.cdp.send('WebAuthn.enable')
  await tab.newAuthenticator()
  return tab
}

// ownerAgain signs the owner in in another tab, and goes on in the page that asks for it.
export async function ownerAgain(p) {
  const tab = await p.context.newPage()
  await tab.goto(`${p.node.origin}/login?token=${p.node.token}&next=/console/`)
  await tab.waitForURL('**/console/')
  await tab.close()
  const dialog = p.page.getByRole('dialog', { name: 'You were signed out' })
  await dialog.getByRole('button', { name: 'I am signed in: go on' }).click()
  await dialog.waitFor({ state: 'hidden' })
}

// scanned is a hand scanner: it types fast, wherever the focus is, and ends with Enter.
export async function scanned(p, code) {
  const keys = [...code].map((c) => (c === GS ? { key: 'F8', windowsVirtualKeyCode: 119 } : { key: c, text: c }))
  keys.push({ key: 'Enter', text: '\r', windowsVirtualKeyCode: 13 })
  // All at once and with the device's times, 5 ms apart: a slow machine would make a person of it.
  const began = Date.now() / 1000
  await Promise.all(keys.flatMap((k, i) => ['keyDown', 'keyUp'].map((type) => p.cdp.send('Input.dispatchKeyEvent', {
    type, ...k, text: type === 'keyUp' ? undefined : k.text, timestamp: began + i * 0.005,
  }))))
}
