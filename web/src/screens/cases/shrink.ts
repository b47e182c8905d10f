/** A photo is sent as it is up to so many bytes; a larger one is made smaller here first. */
export const sentBytesMax = 4 << 20
const sideMax = 3000
const quality = 0.85

const kinds = ['image/jpeg', 'image/png', 'image/webp']

/** sizeWithin is a picture's size once no side is longer than the limit. */
export function sizeWithin(width: number, height: number, most = sideMax): [number, number] {
  const by = Math.min(1, most / Math.max(width, height))
  return [Math.max(1, Math.round(width * by)), Math.max(1, Math.round(height * by))]
}

/** shrunk is a photo that can be sent: a large one, or one of another kind that this browser can draw, becomes a smaller
 * JPEG. What can't be drawn goes as it is, and the node says what it is. */
export async function shrunk(photo: Blob): Promise<Blob> {
  if (photo.size <= sentBytesMax && kinds.includes(photo.type)) return photo
  try {
    const drawn = await createImageBitmap(photo)
    const canvas = document.createElement('canvas')
    ;[canvas.width, canvas.height] = sizeWithin(drawn.width, drawn.height)
    canvas.getContext('2d')?.drawImage(drawn, 0, 0, canvas.width, canvas.height)
    drawn.close()
    return (await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', quality))) ?? photo
  } catch {
    return photo
  }
}

/** base64Of is a photo's bytes as JSON carries them. */
export function base64Of(photo: Blob): Promise<string> {
  return new Promise((done, fail) => {
    const reader = new FileReader()
    reader.onload = () => done(String(reader.result).replace(/^[^,]*,?/, ''))
    reader.onerror = () => fail(reader.error)
    reader.readAsDataURL(photo)
  })
}
