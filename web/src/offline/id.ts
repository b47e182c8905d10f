/** newId names a request, so that the node knows it again; crypto.randomUUID is there only under https. */
export const newId = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('')
