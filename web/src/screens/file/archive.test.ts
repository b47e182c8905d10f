import { deflateRawSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { unpacked } from './archive'

type Entry = { name: string; content: string; stored?: boolean }

/** zip packs files the way other programs do: local heads, contents, directory, end. */
function zip(entries: Entry[], comment = ''): File {
  const pieces: Uint8Array[] = []
  const directory: Uint8Array[] = []
  let at = 0
  const record = (size: number, fields: [number, number, number][], ...rest: Uint8Array[]) => {
    const head = new DataView(new ArrayBuffer(size))
    for (const [place, bytes, value] of fields)
      bytes === 4 ? head.setUint32(place, value, true) : head.setUint16(place, value, true)
    return Buffer.concat([new Uint8Array(head.buffer), ...rest])
  }
  for (const { name, content, stored } of entries) {
    const raw = Buffer.from(content)
    const packed = stored ? raw : deflateRawSync(raw)
    const [path, method, extra] = [Buffer.from(name), stored ? 0 : 8, Buffer.from('xx')]
    directory.push(
      record(
        46,
        [
          [0, 4, 0x02014b50],
          [10, 2, method],
          [20, 4, packed.length],
          [24, 4, raw.length],
          [28, 2, path.length],
          [42, 4, at],
        ],
        path,
      ),
    )
    // The local head has an extra field that the directory hasn't.
    const local = record(
      30,
      [
        [0, 4, 0x04034b50],
        [8, 2, method],
        [26, 2, path.length],
        [28, 2, 2],
      ],
      path,
      extra,
      packed,
    )
    pieces.push(local)
    at += local.length
  }
  const list = Buffer.concat(directory)
  const end = record(
    22,
    [
      [0, 4, 0x06054b50],
      [12, 4, list.length],
      [16, 4, at],
      [20, 2, comment.length],
    ],
    Buffer.from(comment),
  )
  return new File([Buffer.concat([...pieces, list, end])], 'july.zip')
}

describe('a packed file', () => {
  const file = zip(
    [
      { name: 'out/', content: '', stored: true },
      { name: 'out/a.xml', content: '<a/>'.repeat(1000) },
      { name: 'b.json', content: '{}', stored: true },
    ],
    'packed in July',
  )
  it.each([
    ['deflated, in a folder', 2, 'a.xml', '<a/>'.repeat(1000)],
    ['stored', 3, 'b.json', '{}'],
  ])('gives the document that is %s', async (_, place, name, content) => {
    const got = await unpacked(file, place)
    expect([got.name, await got.text()]).toEqual([name, content])
  })
  it('has no more documents than it has', async () => {
    await expect(unpacked(file, 4)).rejects.toThrow('place 4')
  })
  it('that is gzip gives its document', async () => {
    const got = await unpacked(new File([gzipSync('<a/>')], 'asn.xml.gz'), 1)
    expect([got.name, await got.text()]).toEqual(['asn.xml', '<a/>'])
  })
  it('that is damaged or cut short fails', async () => {
    await expect(unpacked(new File([await file.slice(0, 60).arrayBuffer()], 'cut.zip'), 1)).rejects.toThrow()
    await expect(unpacked(new File(['\x1f\x8b\x08\0'], 'cut.gz'), 1)).rejects.toThrow()
  })
})
