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
