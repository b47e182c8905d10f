// What this browser keeps for a shift without connection, in two databases: the list can be thrown away at any
// time and is, on signing out; acts that wait are a person's work and go only when they were sent or given up.

/** The databases. The page of signing in deletes the first one by this name. */
const names = { list: 'pedigree-list', acts: 'pedigree-acts' } as const
const tables = { list: ['about', 'pages', 'notices'], acts: ['acts'] } as const

/** Full says that the browser has no room left, or keeps nothing. */
export class Full extends Error {
  constructor(cause: unknown) {
    super('this browser has no room', { cause })
    this.name = 'Full'
  }
}

const opened = new Map<keyof typeof names, Promise<IDBDatabase>>()

function openOne(which: keyof typeof names): Promise<IDBDatabase> {
  const known = opened.get(which)
  if (known) return known
  const made = new Promise<IDBDatabase>((done, fail) => {
    const asked = indexedDB.open(names[which], 1)
    asked.onupgradeneeded = () => {
      for (const table of tables[which])
        asked.result.createObjectStore(table, table === 'acts' ? { keyPath: 'n', autoIncrement: true } : {})
    }
    asked.onsuccess = () => {
      const db = asked.result
      // Who deletes it, as signing out does, mustn't wait for this page.
      const forget = () => {
        db.close()
        opened.delete(which)
      }
      db.onversionchange = forget
      db.onclose = forget
      done(db)
    }
    asked.onerror = () => fail(new Full(asked.error))
    asked.onblocked = () => fail(new Full(new Error('another page holds it')))
  })
  made.catch(() => opened.delete(which))
  opened.set(which, made)
  return made
}

/** done waits for a transaction, which counts when the disk has it. */
const done = (tx: IDBTransaction) =>
  new Promise<void>((ok, fail) => {
    tx.oncomplete = () => ok()
    tx.onabort = () => fail(new Full(tx.error))
    tx.onerror = () => fail(new Full(tx.error))
  })

const got = <T>(r: IDBRequest<T>) =>
  new Promise<T>((ok, fail) => {
    r.onsuccess = () => ok(r.result)
    r.onerror = () => fail(r.error)
  })

type Which = keyof typeof names
type Table<W extends Which> = (typeof tables)[W][number]

/** read is all that a table holds, in the order of its keys. */
export async function read<T>(which: Which, table: Table<Which>): Promise<T[]> {
  const db = await openOne(which)
  return got(db.transaction(table).objectStore(table).getAll()) as Promise<T[]>
}

/** write does all of a change or nothing; it is on the disk when this returns. */
export async function write(
  which: Which,
  change: (of: (table: Table<Which>) => IDBObjectStore) => void,
): Promise<void> {
  const db = await openOne(which)
  const tx = db.transaction([...tables[which]], 'readwrite', { durability: 'strict' })
  const end = done(tx)
  try {
    change((table) => tx.objectStore(table))
  } catch (e) {
    end.catch(() => {}) // its reason is e
    tx.abort()
    throw new Full(e)
  }
  await end
}

/** drop deletes a database with all that it holds. */
export async function drop(which: Which): Promise<void> {
  const db = await opened.get(which)?.catch(() => undefined)
  db?.close()
  opened.delete(which)
  await new Promise<void>((ok, fail) => {
    const asked = indexedDB.deleteDatabase(names[which])
    asked.onsuccess = () => ok()
    asked.onblocked = () => ok() // it goes as soon as the other page has let go, which it is told to
    asked.onerror = () => fail(asked.error)
  })
}
