// Where the node has the files of a thing that a page offers to take along.

/** eventsAddress is where the events of a thing are, as an EPCIS document. */
export const eventsAddress = (path: string) => `/api/v1/trace/events?id=${encodeURIComponent(path)}`

/** bundleAddress is where the proof of a thing is. */
export const bundleAddress = (path: string) => `/api/v1/provenance?id=${encodeURIComponent(path)}`

/** aboutOne gives the addresses where a page is about one thing only. */
export function aboutOne(paths: readonly (string | undefined)[]): { epcis?: string; proof?: string } {
  const [path, ...others] = new Set(paths.filter(Boolean))
  return path && others.length === 0 ? { epcis: eventsAddress(path), proof: bundleAddress(path) } : {}
}
