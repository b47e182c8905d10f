const againMs = 2000

/** keeper loads what keeps this device ready. Where the line is cut just then, it is tried again until it is there. */
export async function keeper(): Promise<typeof import('../offline/keeper')> {
  for (;;) {
    try {
      return await import('../offline/keeper')
    } catch {
      await new Promise((done) => setTimeout(done, againMs))
    }
  }
}
