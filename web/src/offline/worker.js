// Keeps the console's pages in the browser, so that they open without a connection. It keeps files of the program
// alone: they hold no data. What the node answers passes by. The build puts VERSION and FILES before this.
/* global VERSION, FILES */
const cacheOf = 'pedigree-console-'
const first = '/console/'

self.addEventListener('install', (event) => {
  // Whole or not at all: a version whose files aren't all there is not installed.
  event.waitUntil(
    caches
      .open(cacheOf + VERSION)
      .then((cache) => cache.addAll(FILES.map((at) => new Request(at, { cache: 'no-cache' })))),
  )
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(names.filter((n) => n.startsWith(cacheOf) && n !== cacheOf + VERSION).map((n) => caches.delete(n))),
      )
      .then(() => self.clients.claim()),
  )
})

// A newer version waits until the person lets it take over: pages of two versions don't mix.
self.addEventListener('message', (event) => {
  if (event.data === 'take over') self.skipWaiting()
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const at = new URL(request.url)
  if (request.method !== 'GET' || at.origin !== location.origin || !at.pathname.startsWith(first)) return
  const wanted = request.mode === 'navigate' ? first : at.pathname
  event.respondWith(
    caches
      .open(cacheOf + VERSION)
      .then((cache) => cache.match(wanted, { ignoreVary: true }))
      .then((kept) => kept ?? fetch(request)),
  )
})
