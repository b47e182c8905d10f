import { useState } from 'react'
import type { Schemas } from '../../api/client'
import { Tabs } from '../../parts/Tabs'
import { useWords } from '../../words'
import { Capture } from './Capture'
import { Compare } from './Compare'
import { Convert } from './Convert'
import { Findings } from './Findings'
import { Hashes } from './Hashes'
import { Told } from './Told'

const tabs = ['findings', 'convert', 'hashes', 'compare'] as const

export type Rerun = { lenient: boolean; max?: number }

/** Document is what was found in one document, and what else can be done with it. */
export function Document({
  file,
  found,
  lenient,
  run,
}: {
  file: File
  found: Schemas['CheckedFile']
  lenient: boolean
  run: (options: Rerun) => void
}) {
  const t = useWords()
  const [tab, setTab] = useState<(typeof tabs)[number]>('findings')
  return (
    <>
      <Judged found={found} file={file} />
      <Tabs tabs={tabs} now={tab} set={setTab} name={(name) => t(`file.tabs.${name}`)} label={t('file.tabs.label')} />
      <section id="panel" role="tabpanel" aria-labelledby={`tab-${tab}`} className="stack">
        {tab === 'findings' ? (
          <Findings
            key={`${file.name} ${file.lastModified} ${found.findings?.length}`}
            file={file}
            found={found}
            lenient={lenient}
            setLenient={(on) => run({ lenient: on })}
            listAll={() => run({ lenient, max: 10_000 })}
          />
        ) : null}
        {tab === 'convert' ? <Convert file={file} lenient={lenient} form={found.form} /> : null}
        {tab === 'hashes' ? <Hashes file={file} lenient={lenient} /> : null}
        {tab === 'compare' ? <Compare file={file} lenient={lenient} /> : null}
      </section>
    </>
  )
}

function Judged({ found, file }: { found: Schemas['CheckedFile']; file: File }) {
  const t = useWords()
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
