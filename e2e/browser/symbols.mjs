// Pictures of symbols as a camera takes them, for Chromium's camera that plays a file.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer'
import { prepareZXingModule as prepareReader, readBarcodes } from 'zxing-wasm/reader'

const file = (name) => readFileSync(createRequire(import.meta.url).resolve(`zxing-wasm/${name}`))
prepareZXingModule({ overrides: { wasmBinary: file('writer/zxing_writer.wasm') } })
prepareReader({ overrides: { wasmBinary: file('reader/zxing_reader.wasm') } })

const width = 640
const height = 480
const frames = 3 // the camera plays them over and over

// symbol draws one by a real encoder: rows of modules, true for dark.
async function symbol({ text, format, gs1 }) {
  const made = await writeBarcode(text, { format, options: `${gs1 ? 'gs1,' : ''}${format === 'DataMatrix' ? 'forceSquare' : ''}`, scale: 1, addQuietZones: true })
  if (made.error) throw new Error(`no ${format} of ${text}: ${made.error}`)
  return made.symbol
}

// random is the same numbers each time.
function random(seed) {
  let s = seed
  return () => { s = (s * 1664525 + 1013904223) >>> 0; return s / 2 ** 32 }
}

// picture is a frame's brightness: the symbol on a label, turned, blurred or in the dark.
function picture(code, { module = 7, degrees = 0, blur = 0, light = 1, noise = 0 }, seed) {
  const turn = (degrees * Math.PI) / 180
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
  const fine = 3 // samples a side of each pixel
  const tall = Math.max(code.height, code.height === 1 ? 40 : 0) // a linear code is one row
  let y = new Float32Array(width * height)
  for (let py = 0; py < height; py++) for (let px = 0; px < width; px++) {
    let sum = 0
    for (let i = 0; i < fine * fine; i++) {
      const dx = px + ((i % fine) + 0.5) / fine - width / 2
      const dy = py + (Math.floor(i / fine) + 0.5) / fine - height / 2
      const mx = Math.floor((dx * cos + dy * sin) / module + code.width / 2)
      const my = Math.floor((-dx * sin + dy * cos) / module + tall / 2)
      const inside = mx >= 0 && mx < code.width && my >= 0 && my < tall
      sum += inside ? (code.data[(code.height === 1 ? 0 : my) * code.width + mx] ? 225 : 30) : 190
    }
    y[py * width + px] = sum / (fine * fine)
  }
  for (let round = 0; round < 2 && blur > 0; round++) y = smear(smear(y, blur, 1, width), blur, width, height)
  const dice = random(seed)
  return Uint8Array.from(y, (v) => Math.max(16, Math.min(235, 16 + (v - 16) * light + (dice() - 0.5) * noise)))
}

// smear is the mean of neighbours along one direction.
function smear(from, radius, step, length) {
  const to = new Float32Array(from.length)
  for (let i = 0; i < from.length; i++) {
    const at = Math.floor(i / step) % length
    let sum = 0
    for (let d = -radius; d <= radius; d++) sum += from[i + Math.max(-at, Math.min(length - 1 - at, d)) * step]
    to[i] = sum / (2 * radius + 1)
  }
  return to
}

// film writes what the camera plays (YUV4MPEG2), and returns what a reader finds in its first frame.
export async function film(into, what, look = {}) {
  const code = await symbol(what)
  const grey = Buffer.alloc((width * height) / 2, 128)
  const parts = [Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`)]
  let first
  for (let n = 0; n < frames; n++) {
    const y = picture(code, look, n + 1)
    first ??= y
    parts.push(Buffer.from('FRAME\n'), Buffer.from(y), grey)
  }
  writeFileSync(into, Buffer.concat(parts))
  const data = new Uint8ClampedArray(width * height * 4)
  for (let i = 0; i < first.length; i++) data.set([first[i], first[i], first[i], 255], i * 4)
  const found = await readBarcodes({ data, width, height, colorSpace: 'srgb' }, { tryHarder: true, maxNumberOfSymbols: 1, textMode: 'Plain' })
  return found[0] && found[0].symbologyIdentifier + found[0].text
}
