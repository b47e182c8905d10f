// Scans that the node hasn't taken yet. Each stands in the browser under a key of its own,
// so that a reload, a lost line or a second tab loses none, and each has the device and
// number by which the node counts it once, however often it is sent.

export type What = 'seen' | 'open' | 'damaged'
export type Kept = { key: string; device: string; seq: number; at: number; raw: string; what: What }
type Place = Pick<Storage, 'length' | 'key' | 'getItem' | 'setItem' | 'removeItem'>

/** So many scans are kept at most: a shift of one clerk without a line. */
export const keptMost = 5_000

/** newDevice names this load of the page: two tabs, or a tab that was copied, must never share a name. */
export function newDevice(): string {
  return `console ${Array.from(crypto.getRandomValues(new Uint8Array(4)), (b) => b.toString(16).padStart(2, '0')).join('')}`
}

/** Queue keeps the scans of one person in one session of one organisation. */
export class Queue {
  private seq = 0
  private readonly beside = new Map<string, Kept>() // where the browser keeps nothing

  constructor(
    private readonly place: Place,
    private readonly name: string,
    readonly device: string,
    private readonly now: () => number = Date.now,
  ) {}

  private get prefix() {
    return `pedigree.dock.${this.name}.`
  }

  /** add keeps a scan and returns it; nothing when there is no room. */
  add(raw: string, what: What = 'seen'): Kept | undefined {
    if (this.list().length >= keptMost) return undefined
    this.seq++
    const key = `${this.prefix}${this.device}.${this.seq}`
    const one: Kept = { key, device: this.device, seq: this.seq, at: this.now(), raw, what }
    try {
      this.place.setItem(key, JSON.stringify(one))
    } catch {
      this.beside.set(key, one)
    }
    return one
  }

  /** list is what waits, in the order in which it was scanned, of earlier loads of the page too. */
  list(): Kept[] {
    const found = [...this.beside.values()]
    for (let i = 0; i < this.place.length; i++) {
      const key = this.place.key(i)
      if (!key?.startsWith(this.prefix)) continue
      const one = read(this.place.getItem(key))
      if (one) found.push({ ...one, key })
    }
    return found.sort((a, b) => a.at - b.at || a.device.localeCompare(b.device) || a.seq - b.seq)
  }

  /** bySession counts what waits of the same person in all sessions, by session: who was signed out may not come back to the page. */
  static bySession(place: Place, person: string): Map<string, number> {
    const found = new Map<string, number>()
    const prefix = `pedigree.dock.${person}.`
    for (let i = 0; i < place.length; i++) {
      const key = place.key(i) ?? ''
      if (!key.startsWith(prefix)) continue
      const session = key.slice(prefix.length).split('.')[0] ?? ''
      found.set(session, (found.get(session) ?? 0) + 1)
    }
    return found
  }

  /** done forgets a scan that the node took or refused. */
  done(one: Kept) {
    this.beside.delete(one.key)
    this.place.removeItem(one.key)
  }
}

function read(text: string | null): Kept | undefined {
  try {
    const one = JSON.parse(text ?? '') as Kept
    return typeof one.raw === 'string' && typeof one.device === 'string' && one.seq >= 1 ? one : undefined
  } catch {
    return undefined
  }
}
