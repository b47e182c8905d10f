// A document of a ZIP archive or a gzip file, unpacked in the page, so that what is done
// with a file can be done with it. The node has judged the archive before.
const most = 256 << 20 // bytes unpacked, as at the node
const tail = 66 << 10 // in which the end of an archive's directory stands
const end = 0x06054b50
const entry = 0x02014b50

const nameOf = (path: string) => path.split(/[/\\]/).pop() || path

/** unpacked is a document in a packed file, by its place there, from 1. */
export async function unpacked(file: File, place: number): Promise<File> {
  const head = new Uint8Array(await file.slice(0, 2).arrayBuffer())
  if (head[0] === 0x1f) return inflated(file, 'gzip', file.name.replace(/\.gz$/i, ''))
  const last = await view(file, Math.max(0, file.size - tail), file.size)
  let at = last.byteLength - 22
  while (at >= 0 && last.getUint32(at, true) !== end) at--
  if (at < 0) throw new Error('the list of what is packed is missing')
  const from = last.getUint32(at + 16, true)
  const list = await view(file, from, from + last.getUint32(at + 12, true))
  at = 0
  for (let n = 1; at + 46 <= list.byteLength && list.getUint32(at, true) === entry; n++) {
    const [name, extra, comment] = [28, 30, 32].map((k) => list.getUint16(at + k, true)) as [number, number, number]
    if (n === place) {
      const path = new TextDecoder().decode(new Uint8Array(list.buffer, at + 46, name))
      const local = list.getUint32(at + 42, true)
      const before = await view(file, local, local + 30)
      const start = local + 30 + before.getUint16(26, true) + before.getUint16(28, true)
      const packed = file.slice(start, start + list.getUint32(at + 20, true))
      const stored = list.getUint16(at + 10, true) === 0
      return stored ? new File([packed], nameOf(path)) : inflated(packed, 'deflate-raw', nameOf(path))
    }
    at += 46 + name + extra + comment
  }
  throw new Error(`nothing is packed at place ${place}`)
}

const view = async (file: Blob, from: number, to: number) => new DataView(await file.slice(from, to).arrayBuffer())

async function inflated(packed: Blob, form: CompressionFormat, name: string): Promise<File> {
  let size = 0
  const bounded = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, out) {
      size += piece.byteLength
      if (size > most) throw new Error(`it has more than ${most} bytes unpacked`)
      out.enqueue(piece)
    },
  })
  const stream = packed.stream().pipeThrough(new DecompressionStream(form)).pipeThrough(bounded)
  return new File([await new Response(stream).blob()], name)
}
