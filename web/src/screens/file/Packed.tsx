import { useEffect, useState } from 'react'
import type { Schemas } from '../../api/client'
import { addressWith, uploadFor } from '../../api/upload'
import { Rows } from '../../parts/Rows'
import { SaveCsv } from '../../parts/SaveCsv'
import { Sent, useWork } from '../../parts/Sent'
import { Light } from '../../parts/Verdict'
import { langOfNode, useWords } from '../../words'
import { unpacked } from './archive'
import { Document, type Rerun } from './Document'
import { Told } from './Told'

type One = Schemas['CheckedFile']

const wordOf = (f: One) => (!f.complete ? 'tell' : f.errors > 0 ? 'stop' : 'ok')

/** Packed lists the documents of an archive with what was found in each; one of them is opened. */
export function Packed({ file, found, lenient }: { file: File; found: Schemas['CheckedUpload']; lenient: boolean }) {
  const t = useWords()
  const list = found.packed ?? []
  const [open, setOpen] = useState(list.length === 1 ? list[0] : undefined)
  const nameOf = (f: One) => f.file.slice(found.file.length + 1)
  if (list.length === 0)
    return (
      <>
        <Told word="tell" says={t('file.verdict.packed')} />
        <Reasons list={found.findings ?? []} />
      </>
    )
  const rows = list.flatMap((f) =>
    (f.findings ?? []).map((one) => ({ ...one, file: nameOf(f), line: one.where.line, event: one.where.event })),
  )
  return (
    <>
      {list.length > 1 ? (
        <>
          <Told
            word={wordOf(found)}
            says={t('file.packed.says', { count: list.length, good: list.filter((f) => wordOf(f) === 'ok').length })}
          />
          <div className="row">
            <SaveCsv
              file="findings.csv"
              columns={['file', 'severity', 'line', 'event', 'rule', 'subject', 'text', 'remedy']}
              rows={rows}
            />
          </div>
          <Rows
            long
            label={t('file.packed.list')}
            heads={[t('file.packed.file'), t('file.packed.answer'), t('file.counts.error'), t('file.counts.warning')]}
          >
            {list.map((f) => (
              <tr key={f.number}>
                <td>
                  <button
                    type="button"
                    className="button bare wrap"
                    aria-expanded={open?.number === f.number}
                    onClick={() => setOpen(f)}
                  >
                    {nameOf(f)}
                  </button>
                </td>
                <td>
                  <Light word={wordOf(f)} />
                </td>
                <td className="number">{f.errors}</td>
                <td className="number">{f.warnings}</td>
              </tr>
            ))}
          </Rows>
        </>
      ) : null}
      {open ? (
        <section className="stack" aria-label={nameOf(open)}>
          <h2 className="drop-name">{nameOf(open)}</h2>
          <Member key={open.number} file={file} found={open} lenient={lenient} />
        </section>
      ) : (
        <p className="quiet">{t('file.packed.choose')}</p>
      )}
    </>
  )
}

const packedRule = 'file/packed'

/** Member is one document of an archive, unpacked in the page. */
function Member({ file, found, lenient: first }: { file: File; found: One; lenient: boolean }) {
  const t = useWords()
  const [member, setMember] = useState<File>()
  const [failed, setFailed] = useState('')
  const [lenient, setLenient] = useState(first)
  const check = useWork<Schemas['CheckedUpload']>()
  const refused = (found.findings ?? []).filter((f) => f.rule === packedRule)
  const closed = refused.length > 0
  useEffect(() => {
    if (closed) return
    let gone = false
    unpacked(file, found.number ?? 0).then(
      (f) => gone || setMember(f),
      (e: Error) => gone || setFailed(e.message),
    )
    return () => {
      gone = true
    }
  }, [file, found.number, closed])
  if (closed) return <Reasons list={refused} />
  if (failed) return <p className="light stop">{t('file.packed.failed', { why: failed })}</p>
  if (!member) return null
  const run = (o: Rerun) => {
    setLenient(o.lenient)
    check.run((s) => uploadFor(addressWith('/api/v1/files/check', { name: member.name, ...o }), member, s))
  }
  return (
    <>
      <Sent work={check} name={member.name} />
      <Document file={member} found={check.data ?? found} lenient={lenient} run={run} />
    </>
  )
}

function Reasons({ list }: { list: Schemas['Finding'][] }) {
  const t = useWords()
  return (
    <ul className="findings">
      {list.map((f) => (
        <li key={f.text} className="finding">
          <p lang={langOfNode()}>{f.text}</p>
          <p>
            <strong>{t('file.remedy')}:</strong> <span lang={langOfNode()}>{f.remedy}</span>
          </p>
        </li>
      ))}
    </ul>
  )
}
