// Keeps this device ready for a shift without connection: the list, the acts that wait, the pages themselves. Loaded when
// the first screen stands.
import { Away, Refused, type Schemas } from '../api/client'
import { type Act, allActs, changeAct, forgetOld, keepAct, sendActs } from './acts'
import { newId } from './id'
import { judge } from './judge'
import { fetchList, type List, load, ownerOf } from './list'
import { device, setDevice } from './state'
import { drop } from './stores'

/** The list is asked for anew so often while the node answers; acts that wait are offered as often. */
const listEveryMs = 5 * 60_000
const actsEveryMs = 30_000
const pagesEveryMs = 30 * 60_000

let me: Schemas['Me'] | undefined
let list: List | undefined
let own: Act[] = []

/** What this device keeps is read soon after a page was opened; what comes before waits for it, this long at most. */
const beginMs = 10_000
let tellRead = () => {}
const read = new Promise<void>((done) => {
  tellRead = done
})

const begun = () => Promise.race([read, new Promise<void>((late) => setTimeout(late, beginMs))])

/** start begins to keep this device for a person. Called again for another one, it forgets the list of the first. */
export async function start(who: Schemas['Me'], answering: boolean): Promise<void> {
  const again = me !== undefined
  const changed = me ? ownerOf(me) !== ownerOf(who) : false
  me = who
  try {
    if (!list || changed) {
      list = await load(ownerOf(who))
      if (!list && answering) await drop('list') // it is somebody else's, or none
    }
    tellList()
    await tellActs()
    await forgetOld(own)
  } catch {
    setDevice({ full: true })
  }
  tellRead()
  if (again) return
  setInterval(() => void refresh(), listEveryMs)
  setInterval(() => void sync(), actsEveryMs)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void sync()
  })
  if (answering) {
    await sync()
    await refresh()
  }
  await keepPages()
}

/** back is called when the node answers again. */
export async function back(): Promise<void> {
  await sync()
  await refresh()
  await keepPages()
}

function tellList() {
  const newest = list?.notices
    .map((n) => n.as_of)
    .sort()
    .at(-1)
  setDevice({
    list: list && {
      at: list.at - list.about.skew,
      until: list.until - list.about.skew,
      goods: list.goods,
      whole: list.about.whole,
      notices: list.about.notices,
      noticesOf: newest,
    },
  })
}

async function tellActs() {
  const all = await allActs()
  const owner = me ? ownerOf(me) : ''
  own = all.filter((a) => a.owner === owner)
  const others = all.filter((a) => a.owner !== owner && (a.state === 'waiting' || a.state === 'refused')).length
  setDevice({ acts: own, others, full: false })
}

let refreshing: Promise<unknown> | undefined

/** refresh brings the list up to date. Whoever may not read goods has none. */
export function refresh(): Promise<unknown> {
  const who = me
  if (!who?.permissions?.includes('read-goods')) return Promise.resolve()
  refreshing ??= fetchList(who, list)
    .then((got) => {
      list = got
      tellList()
    })
    .catch((e) => {
      if (!(e instanceof Away || e instanceof Refused)) setDevice({ full: true })
    })
    .finally(() => {
      refreshing = undefined
    })
  return refreshing
}

let syncing: Promise<unknown> | undefined

/** sync offers the node what waits. One page of this browser does it at a time. */
export function sync(): Promise<unknown> {
  const who = me
  if (!who || device().acts.every((a) => a.state !== 'waiting')) return Promise.resolve()
  const work = () => sendActs(ownerOf(who))
  syncing ??= (navigator.locks ? navigator.locks.request('pedigree-acts', work) : work())
    .catch(() => setDevice({ full: true }))
    .finally(async () => {
      syncing = undefined
      await tellActs().catch(() => {})
    })
  return syncing
}

/** answer is what this device alone can say of a code, or nothing when it has no list. */
export async function answer(code: string): Promise<Schemas['Answer'] | undefined> {
  await begun()
  if (!list) return undefined
  await tellActs()
  return judge(code, list, own, list.now())
}

/** note keeps an act until the node has it. id is that of a request which may have arrived. */
export async function note(
  act: Pick<Act, 'kind' | 'path' | 'code' | 'product'> & { id?: string; state?: Act['state'] },
): Promise<void> {
  await begun()
  if (!me) throw new Error('nobody is signed in')
  const at = new Date(list ? list.now() : Date.now()).toISOString()
  await keepAct({ ...act, state: act.state ?? 'waiting', id: act.id ?? newId(), owner: ownerOf(me), at })
  await tellActs()
}

/** again offers a refused act once more, as a new request; close says that somebody took care of it. */
export async function again(act: Act): Promise<void> {
  await changeAct(act, { state: 'waiting', id: newId(), told: undefined })
  await tellActs()
  await sync()
}

export async function close(act: Act): Promise<void> {
  await changeAct(act, { state: 'closed' })
  await tellActs()
}

let kept: ServiceWorkerRegistration | undefined

/** keepPages has the browser keep the pages themselves, and says when newer ones are ready. Once they are kept, it does nothing. */
async function keepPages(): Promise<void> {
  const workers = navigator.serviceWorker
  if (!workers || kept) return
  const registered = await workers.register('/console/worker.js', { scope: '/console/' }).catch(() => undefined)
  if (!registered || kept) return
  kept = registered
  const look = () => {
    if (registered.waiting && workers.controller) setDevice({ newer: registered.waiting })
  }
  look()
  registered.addEventListener('updatefound', () => registered.installing?.addEventListener('statechange', look))
  setInterval(() => void registered.update().catch(() => {}), pagesEveryMs)
}

/** takeOver has the newer pages take over, and loads them. */
export function takeOver(newer: ServiceWorker) {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  newer.postMessage('take over')
}
