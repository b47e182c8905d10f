import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client'
import { addressWith, uploadFor } from '../../api/upload'
import { Drop } from '../../parts/Drop'
import { Sent, useWork } from '../../parts/Sent'
import { Document, type Rerun } from './Document'
import { packedKinds, type Wrong, wrongKind } from './kind'
import { Packed } from './Packed'
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
  const { t, i18n } = useTranslation()
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
      <Drop
        chosen={file !== undefined}
        name={file?.name ?? t('file.drop')}
        hint={file ? sizeOf(file.size, i18n.language) : t('file.kinds')}
        choose={t(file ? 'file.another' : 'file.choose')}
        take={take}
      />
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
