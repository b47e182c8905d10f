// Reads symbols from the camera's picture, in this page: no picture leaves it. Loaded when a camera is first used.
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'
import wasm from 'zxing-wasm/reader/zxing_reader.wasm?url'
import { best, type Judged } from './seen'

prepareZXingModule({
  overrides: { locateFile: (path: string, prefix: string) => (path.endsWith('.wasm') ? wasm : prefix + path) },
})

/** A picture is made no wider than this before it is read: more takes longer and finds no more. */
const widthMax = 1280
/** A label has a handful of symbols; of those in the picture the one of the pack is taken. */
const symbolsMax = 6
const canvas = document.createElement('canvas')

/** readSymbol is what the picture shows: the code of a pack where there is one, else what was seen instead. */
export async function readSymbol(video: HTMLVideoElement): Promise<Judged | undefined> {
  if (video.videoWidth === 0) return undefined
  const scale = Math.min(1, widthMax / video.videoWidth)
  canvas.width = Math.round(video.videoWidth * scale)
  canvas.height = Math.round(video.videoHeight * scale)
  const picture = canvas.getContext('2d', { willReadFrequently: true })
  if (!picture) throw new Error('this browser gives no picture')
  picture.drawImage(video, 0, 0, canvas.width, canvas.height)
  const found = await readBarcodes(picture.getImageData(0, 0, canvas.width, canvas.height), {
    formats: ['DataMatrix', 'QRCode', 'Code128', 'EAN13', 'EAN8', 'UPCA', 'UPCE', 'ITF', 'Code39', 'DataBarExpanded'],
    tryHarder: true,
    maxNumberOfSymbols: symbolsMax,
    textMode: 'Plain', // with the separators as they are; written for people, values with brackets would be cut
  })
  return best(found.map((s) => ({ identifier: s.symbologyIdentifier, text: s.text })))
}
