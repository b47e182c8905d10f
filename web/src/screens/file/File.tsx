import { type DragEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client'
import { addressWith, uploadFor } from '../../api/upload'
import { Shape } from '../../parts/Shapes'
import { Tabs } from '../../parts/Tabs'
import '../../style/file.css'
import { Capture } from './Capture'
import { Compare } from './Compare'
import { Convert } from './Convert'
import { Findings } from './Findings'
import { Hashes } from './Hashes'
import { type Wrong, wrongKind } from './kind'
import { Sent, useWork } from './sending'
import './words'

const tabs = ['findings', 'convert', 'hashes', 'compare'] as const

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
  const [tab, setTab] = useState<(typeof tabs)[number]>('findings')
  const [lenient, setLenient] = useState(false)
  const check = useWork<Schemas['CheckedFile']>()
  const run = (f: File, options: { lenient: boolean; max?: number }) =>
    check.run((s) => uploadFor(addressWith('/api/v1/files/check', { name: f.name, ...options }), f, s))
  const take = async (f: File | undefined) => {
    if (!f) return
    const kind = await wrongKind(f)
    setWrong(kind)
    setFile(f)
    setTab('findings')
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
          {check.data ? (
            <>
              <Judged found={check.data} file={file} />
              <Tabs
                tabs={tabs}
                now={tab}
                set={setTab}
                name={(name) => t(`file.tabs.${name}`)}
                label={t('file.tabs.label')}
              />
              <section id="panel" role="tabpanel" aria-labelledby={`tab-${tab}`} className="stack">
                {tab === 'findings' ? (
                  <Findings
                    key={`${file.name} ${file.lastModified} ${check.data.findings?.length}`}
                    file={file}
                    found={check.data}
                    lenient={lenient}
                    setLenient={(on) => {
                      setLenient(on)
                      run(file, { lenient: on })
                    }}
                    listAll={() => run(file, { lenient, max: 10_000 })}
                  />
                ) : null}
                {tab === 'convert' ? <Convert file={file} lenient={lenient} form={check.data.form} /> : null}
                {tab === 'hashes' ? <Hashes file={file} lenient={lenient} /> : null}
                {tab === 'compare' ? <Compare file={file} lenient={lenient} /> : null}
              </section>
            </>
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

function Told({ word, says, more }: { word: 'ok' | 'stop' | 'tell'; says: string; more?: string }) {
  const { t } = useTranslation()
  return (
    <div className={`verdict ${word}`} role="status">
      <p className="word">
        <Shape word={word} />
        {t(`verdict.${word}`)}
      </p>
      <p className="says">{says}</p>
      {more ? <p className="next">{more}</p> : null}
    </div>
  )
}

function Judged({ found, file }: { found: Schemas['CheckedFile']; file: File }) {
  const { t } = useTranslation()
  const word = !found.complete ? 'tell' : found.errors > 0 ? 'stop' : 'ok'
  const says = !found.complete
    ? t('file.verdict.cut')
    : found.errors > 0
      ? t('file.verdict.stop', { count: found.errors })
      : t(found.warnings > 0 ? 'file.verdict.warned' : 'file.verdict.ok')
  return (
    <div className="stack">
      <Told word={word} says={says} more={word === 'ok' ? undefined : t('file.next.stop')} />
      <div className="row spread">
        {found.events > 0 ? (
          <p className="quiet">
            {t('file.document', {
              kind: `EPCIS ${found.version} ${found.form}`,
              events: found.events,
              objects: found.objects,
            })}
          </p>
        ) : (
          <span />
        )}
        {word === 'ok' ? <Capture file={file} /> : null}
      </div>
    </div>
  )
}
