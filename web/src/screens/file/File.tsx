import { type DragEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client'
import { addressWith, uploadFor } from '../../api/upload'
import '../../style/file.css'
import { Document, type Rerun } from './Document'
import { packedKinds, type Wrong, wrongKind } from './kind'
import { Packed } from './Packed'
import { Sent, useWork } from './sending'
import { Told } from './Told'
import './words'

/** sizeOf writes a number of bytes for people. */
export function sizeOf(bytes: number, language: string): string {
  const unit = bytes < 1e3 ? 'byte' : bytes < 1e6 ? 'kilobyte' : 'megabyte'
  const value = bytes / { byte: 1, kilobyte: 1e3, megabyte: 1e6 }[unit]
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  }).format(value)
}

/** TryFile checks, converts, hashes and compares a file that a person has; nothing of it is kept. */
export function TryFile() {
  const { t } = useTranslation()
  const [file, setFile] = useState<File>()
  const [wrong, setWrong] = useState<Wrong>()
  const [packed, setPacked] = useState(false)
  const [lenient, setLenient] = useState(false)
  const check = useWork<Schemas['CheckedUpload']>()
  const run = (f: File, options: Rerun) => {
    setLenient(options.lenient)
    check.run((s) => uploadFor(addressWith('/api/v1/files/check', { name: f.name, ...options }), f, s))
  }
  const take = async (f: File | undefined) => {
    if (!f) return
    const found = await wrongKind(f)
    const kind = found && packedKinds.includes(found) ? undefined : found
    setWrong(kind)
    setPacked(found !== kind)
    setFile(f)
    if (kind) check.stop()
    else run(f, { lenient })
  }
  return (
    <>
      <div className="stack tight">
        <h1>{t('file.title')}</h1>
        <p className="quiet">{t('file.lead')}</p>
      </div>
      <Drop file={file} take={take} />
      {wrong ? <Told word="tell" says={t('file.verdict.kind')} more={t(`file.wrong.${wrong}`)} /> : null}
      {file && !wrong ? (
        <>
          <Sent work={check} name={file.name} />
          {check.data && packed ? (
            <Packed key={`${file.name} ${file.lastModified}`} file={file} found={check.data} lenient={lenient} />
          ) : check.data ? (
            <Document
              key={`${file.name} ${file.lastModified}`}
              file={file}
              found={check.data}
              lenient={lenient}
              run={(o) => run(file, o)}
            />
          ) : null}
        </>
      ) : null}
    </>
  )
}

function Drop({ file, take }: { file?: File; take: (f: File | undefined) => void }) {
  const { t, i18n } = useTranslation()
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const drop = (e: DragEvent) => {
    e.preventDefault()
    setOver(false)
    take(e.dataTransfer.files[0])
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button inside is the first
    <div
      className={`drop no-print ${over ? 'over' : ''} ${file ? 'small-drop' : ''}`}
      onDragOver={(e) => {
        e.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <div className="stack tight">
        <p className="drop-name">{file ? file.name : t('file.drop')}</p>
        <p className="quiet small">{file ? sizeOf(file.size, i18n.language) : t('file.kinds')}</p>
      </div>
      <button type="button" className={`button ${file ? '' : 'main'}`} onClick={() => input.current?.click()}>
        {t(file ? 'file.another' : 'file.choose')}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        onChange={(e) => {
          take(e.target.files?.[0])
          e.target.value = '' // the same file, mended, can be chosen again
        }}
      />
    </div>
  )
}
