// Runs the node's own verifier, the library that checks proofs everywhere else too, beside
// the page, so that the page goes on while a proof is checked.
declare const importScripts: (address: string) => void
declare const Go: new () => { importObject: WebAssembly.Imports; run: (i: WebAssembly.Instance) => Promise<void> }
declare const pedigreeVerify: (object: Uint8Array, trust: string, nonce: Uint8Array, policy: Uint8Array) => string

const none = new Uint8Array()

const begun = (async () => {
  importScripts('/verifier/wasm_exec.js')
  const res = await fetch('/verifier/verify.wasm')
  if (!res.ok) throw new Error((await res.text()).trim())
  const go = new Go()
  const { instance } = await WebAssembly.instantiate(await res.arrayBuffer(), go.importObject)
  void go.run(instance) // it ends with the worker
})()
begun.catch(() => {}) // told to who asks

addEventListener('message', async ({ data }: MessageEvent<{ id: number; object: Uint8Array; trust: string }>) => {
  try {
    await begun
    const began = performance.now()
    const report = JSON.parse(pedigreeVerify(data.object, data.trust, none, none))
    postMessage({ id: data.id, report, ms: performance.now() - began })
  } catch (e) {
    postMessage({ id: data.id, why: e instanceof Error ? e.message : String(e) })
  }
})

export {}
