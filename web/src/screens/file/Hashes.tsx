import { useEffect, useState } from 'react'
import type { Schemas } from '../../api/client'
import { addressWith, uploadFor } from '../../api/upload'
import { DataTable } from '../../parts/DataTable'
import { SaveCsv } from '../../parts/SaveCsv'
import { Sent, useWork } from '../../parts/Sent'
import { When } from '../../parts/When'
import { useWords } from '../../words'

type Hashed = Schemas['HashedEvent']

/** Hashes lists the hash of each event, to be copied and compared with a partner's. */
export function Hashes({ file, lenient }: { file: File; lenient: boolean }) {
  const t = useWords()
  const work = useWork<Schemas['HashedFile']>()
  const [rows, setRows] = useState<Hashed[]>([])
  const [copied, setCopied] = useState('')
  const ask = (first: number) =>
    work.run(async (s) => {
      const got = await uploadFor<Schemas['HashedFile']>(
        addressWith('/api/v1/files/hash', { name: file.name, lenient, first }),
        file,
        s,
      )
      setRows((had) => [...(first === 1 ? [] : had), ...(got.hashes ?? [])])
      return got
    })
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once for a file
  useEffect(() => ask(1), [file, lenient])
  const copy = async (text: string, what: string) => {
    await navigator.clipboard.writeText(text)
    setCopied(what)
  }
  const all = rows.map((r) => r.hash_id).filter(Boolean)
  return (
    <>
      <p className="quiet">{t('file.hashes.why')}</p>
      {rows.length > 0 ? (
        <>
          <div className="row">
            <button type="button" className="button" onClick={() => void copy(`${all.join('\n')}\n`, 'all')}>
              {copied === 'all' ? t('file.hashes.copied') : t('file.hashes.copyAll')}
            </button>
            <SaveCsv
              file="hashes.csv"
              columns={['line', 'type', 'event_time', 'hash_id', 'problem']}
              rows={rows.map((r) => ({ ...r, line: r.where.line }))}
            />
            <span className="quiet">{t('module.rows', { count: rows.length })}</span>
          </div>
          <DataTable
            label={t('file.tabs.hashes')}
            rows={rows}
            keyOf={(r) => String(r.where.event)}
            columns={[
              {
                name: 'line',
                title: t('file.where'),
                width: '8rem',
                cell: (r) => t('place.line', { line: r.where.line }),
              },
              { name: 'type', title: t('file.hashes.type'), width: '11rem', cell: (r) => r.type },
              { name: 'time', title: t('file.hashes.time'), width: '13rem', cell: (r) => <When at={r.event_time} /> },
              {
                name: 'hash',
                title: t('file.hashes.hash'),
                width: 'minmax(48rem, 1fr)',
                cell: (r) =>
                  r.hash_id ? (
                    <span className="hash">
                      <button type="button" className="chip" onClick={() => void copy(r.hash_id, r.hash_id)}>
                        {copied === r.hash_id ? t('file.hashes.copied') : t('file.hashes.copy')}
                      </button>
                      <code>{r.hash_id}</code>
                    </span>
                  ) : (
                    t('file.hashes.failed', { why: r.problem })
                  ),
              },
            ]}
          />
        </>
      ) : null}
      <Sent work={work} name={file.name} />
      {work.data?.problem ? <p className="light stop">{work.data.problem}</p> : null}
      {work.data && rows.length === 0 && !work.data.problem ? <p>{t('file.hashes.none')}</p> : null}
      {work.data?.next ? (
        <div className="row">
          <button type="button" className="button" onClick={() => ask(work.data?.next ?? 1)}>
            {t('module.more')}
          </button>
        </div>
      ) : null}
    </>
  )
}
