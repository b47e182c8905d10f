import { useState } from 'react'
import type { Schemas } from '../../api/client'
import { addressWith, uploadFor } from '../../api/upload'
import { Rows } from '../../parts/Rows'
import { Sent, useWork } from '../../parts/Sent'
import { Shape } from '../../parts/Shapes'
import { When } from '../../parts/When'
import { useWords } from '../../words'
import { wrongKind } from './kind'

type Comparison = Schemas['Comparison']

/** Compare holds two files against each other, event by event. */
export function Compare({ file, lenient }: { file: File; lenient: boolean }) {
  const t = useWords()
  const [other, setOther] = useState<File>()
  const [wrong, setWrong] = useState('')
  const work = useWork<Comparison>()
  const run = async (second: File) => {
    const kind = await wrongKind(second)
    setWrong(kind ? t(`file.wrong.${kind}`) : '')
    setOther(second)
    if (kind) return work.stop()
    const form = new FormData()
    form.set('a', file)
    form.set('b', second)
    work.run((s) => uploadFor(addressWith('/api/v1/files/compare', { lenient }), form, s))
  }
  return (
    <>
      <p className="quiet">{t('file.compare.why')}</p>
      <div className="field" style={{ maxWidth: 560 }}>
        <label htmlFor="second">{t('file.compare.second')}</label>
        <input
          id="second"
          type="file"
          onChange={(e) => {
            const second = e.target.files?.[0]
            if (second) void run(second)
          }}
        />
      </div>
      {wrong ? (
        <p className="light tell" role="status">
          <Shape word="tell" />
          <span className="wrap">{wrong}</span>
        </p>
      ) : (
        <Sent work={work} name={other?.name ?? ''} />
      )}
      {work.data && !wrong ? <Compared of={work.data} /> : null}
    </>
  )
}

function Compared({ of: c }: { of: Comparison }) {
  const t = useWords()
  return (
    <div className="stack">
      <div className="stack tight" role="status">
        <h2>{c.equal ? t('file.compare.same', { count: c.same }) : t('file.compare.differ')}</h2>
        {c.equal ? null : (
          <p>{t('file.compare.sums', { same: c.same, differ: c.differ, a: c.a.alone, b: c.b.alone })}</p>
        )}
      </div>
      <dl className="facts">
        <dt>{t('file.compare.first', { name: c.a.file })}</dt>
        <dd>{`EPCIS ${c.a.version} ${c.a.form}`}</dd>
        <dt>{t('file.compare.other', { name: c.b.file })}</dt>
        <dd>{`EPCIS ${c.b.version} ${c.b.form}`}</dd>
      </dl>
      {(c.header ?? []).length > 0 ? (
        <section className="stack tight">
          <h2>{t('file.compare.header')}</h2>
          <Differences list={c.header ?? []} comparison={c} label={t('file.compare.header')} />
        </section>
      ) : null}
      {(c.pairs ?? []).length > 0 ? <h2>{t('file.compare.pairs')}</h2> : null}
      {(c.pairs ?? []).map((p) => (
        <section key={`${p.a.where.event} ${p.b.where.event}`} className="card stack tight">
          <h3>{t('file.compare.swap', { a: p.a.where.line, b: p.b.where.line })}</h3>
          <p className="quiet small">
            {p.a.type} {p.a.biz_step} · <When at={p.a.event_time} />
          </p>
          <Differences
            list={p.differences ?? []}
            comparison={c}
            label={t('file.compare.swap', { a: p.a.where.line, b: p.b.where.line })}
          />
        </section>
      ))}
      <More count={c.differ - (c.pairs ?? []).length} />
      <Alone title={t('file.compare.onlyA')} list={c.only_a ?? []} count={c.a.alone} />
      <Alone title={t('file.compare.onlyB')} list={c.only_b ?? []} count={c.b.alone} />
    </div>
  )
}

function More({ count }: { count: number }) {
  const t = useWords()
  return count > 0 ? <p className="quiet">{t('file.compare.notListed', { count })}</p> : null
}

function Differences({
  list,
  comparison: c,
  label,
}: {
  list: Schemas['Difference'][]
  comparison: Comparison
  label: string
}) {
  const t = useWords()
  return (
    <Rows
      label={label}
      heads={[
        t('file.field'),
        t('file.compare.first', { name: c.a.file }),
        t('file.compare.other', { name: c.b.file }),
      ]}
    >
      {list.map((d) => (
        <tr key={d.field}>
          <td>
            <code>{d.field}</code>
          </td>
          <td>
            <Values list={d.a ?? []} more={d.more_a ?? 0} line={d.line_a} />
          </td>
          <td>
            <Values list={d.b ?? []} more={d.more_b ?? 0} line={d.line_b} />
          </td>
        </tr>
      ))}
    </Rows>
  )
}

function Values({ list, more, line }: { list: string[]; more: number; line?: number }) {
  const t = useWords()
  if (list.length === 0) return <span className="quiet">{t('file.compare.nothing')}</span>
  return (
    <>
      {list.map((v) => (
        <div key={v}>
          <code>{v}</code>
        </div>
      ))}
      {more > 0 ? <span className="quiet small">{t('file.compare.moreValues', { count: more })}</span> : null}
      {line ? <span className="quiet small"> {t('place.line', { line })}</span> : null}
    </>
  )
}

function Alone({ title, list, count }: { title: string; list: Schemas['EventRef'][]; count: number }) {
  const t = useWords()
  if (count === 0) return null
  return (
    <section className="stack tight">
      <h2>
        {title} <span className="quiet">{count}</span>
      </h2>
      <ul className="plain">
        {list.map((e) => (
          <li key={e.where.event}>
            {t('place.line', { line: e.where.line })}: {e.type} {e.biz_step} · <When at={e.event_time} />
          </li>
        ))}
      </ul>
      <More count={count - list.length} />
    </section>
  )
}
