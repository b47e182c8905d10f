// Reads symbols from the camera's picture, in this page: no picture leaves it. Loaded when a camera is first used.
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'
import wasm from 'zxing-wasm/reader/zxing_reader.wasm?url'

prepareZXingModule({
  overrides: { locateFile: (path: string, prefix: string) => (path.endsWith('.wasm') ? wasm : prefix + path) },
})

const widthMax = 1280
const canvas = document.createElement('canvas')

/** readSymbol is the text of the first symbol in the picture, with its symbology identifier, or nothing. */
export async function readSymbol(video: HTMLVideoElement): Promise<string> {
  if (video.videoWidth === 0) return ''
  const scale = Math.min(1, widthMax / video.videoWidth)
  canvas.width = Math.round(video.videoWidth * scale)
  canvas.height = Math.round(video.videoHeight * scale)
  const picture = canvas.getContext('2d', { willReadFrequently: true })
  if (!picture) throw new Error('this browser gives no picture')
  picture.drawImage(video, 0, 0, canvas.width, canvas.height)
  const found = await readBarcodes(picture.getImageData(0, 0, canvas.width, canvas.height), {
    formats: ['DataMatrix', 'QRCode', 'Code128', 'EAN13', 'DataBarExpanded'],
    tryHarder: true,
    maxNumberOfSymbols: 1,
  })
  const first = found[0]
  return first ? first.symbologyIdentifier + first.text : ''
}
