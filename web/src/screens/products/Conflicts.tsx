import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, of } from '../../api/client'
import { useMe } from '../../app/me'
import { useNames } from '../../app/names'
import { Fault } from '../../parts/Fault'
import { Shape } from '../../parts/Shapes'
import { when } from '../../parts/When'
import { useWords } from '../../words'
import { useChange } from './change'
import { type Conflict, type Facts, type Said, SourceChip, useDay, useSource } from './source'

type Side = 'a' | 'b'

/** Conflicts are where two sources differ, side by side, and who settled it how. */
export function Conflicts({ f }: { f: Facts }) {
  const t = useWords()
  const list = f.conflicts ?? []
  return (
    <section className="stack tight" aria-labelledby="conflicts">
      <h2 id="conflicts">{t('products.conflicts.title')}</h2>
      <p className="quiet small">{t(`products.conflicts.${list.length === 0 ? 'none' : 'harmless'}`)}</p>
      {list.map((k) => (
        <One key={k.n} k={k} f={f} />
      ))}
    </section>
  )
}

// saidBy is what a source says of the field now, with its days; a conflict alone keeps the value.
function saidBy(f: Facts, k: Conflict, side: Side): Said | undefined {
  const v = f.values?.find((x) => x.field === k.field)
  const told = k[side]
  return [v, ...(v?.others ?? [])].find(
    (s) => s?.source.kind === told.kind && (s.source.who ?? '') === (told.who ?? '') && s.value === told.value,
  )
}

// choosable tells whether a side is a list's or a document's word: neither the number itself nor what was entered as a right can be chosen.
const choosable = (k: Conflict, side: Side) => k.field !== 'right' && k[side].kind !== 'gtin'

/** useValue writes a side's value; a ground in words. */
function useValue() {
  const { t } = useTranslation()
  return (k: Conflict, side: Side) =>
    k.field === 'duty' ? t(`products.grounds.${k[side].value}`, { defaultValue: k[side].value }) : k[side].value
}

function One({ k, f }: { k: Conflict; f: Facts }) {
  const t = useWords()
  const me = useMe()
  const names = useNames()
  const open = k.state === 'open'
  return (
    <article className="card stack tight" aria-labelledby={`conflict-${k.n}`}>
      <div className="row spread">
        <h3 id={`conflict-${k.n}`}>{t(`products.fields.${k.field}`, { defaultValue: k.field })}</h3>
        <span className={`light small ${open ? 'tell' : 'ok'}`}>
          <Shape word={open ? 'tell' : 'ok'} />
          {t(open ? 'products.conflicts.opened' : 'products.conflicts.settled')}
        </span>
      </div>
      {k.field === 'right' ? <p className="wrap">{t('products.conflicts.right', { who: k.a.value })}</p> : null}
      <div className="sides">
        <Told k={k} side="a" f={f} />
        <Told k={k} side="b" f={f} />
      </div>
      <p className="quiet small">{t('products.conflicts.since', { when: when(k.since) })}</p>
      {open ? (
        me.may('keep-catalogue') ? (
          <Settle k={k} />
        ) : (
          <p className="quiet small">{t('products.conflicts.reader')}</p>
        )
      ) : (
        <p className="wrap">
          {k.chosen === 'both' ? `${t('products.conflicts.both')}. ` : ''}
          {t('products.conflicts.by', { name: names.person(k.by), when: when(k.at), why: k.why })}
        </p>
      )}
    </article>
  )
}

function Told({ k, side, f }: { k: Conflict; side: Side; f: Facts }) {
  const t = useWords()
  const day = useDay()
  const value = useValue()
  const said = saidBy(f, k, side)
  const source = { kind: k[side].kind, who: k[side].who, as_of: said?.source.as_of, document: said?.source.document }
  return (
    <div className={`side ${k.chosen === side ? 'chosen' : ''}`}>
      <p className="wrap">
        <strong>
          <bdi>{value(k, side)}</bdi>
        </strong>
        {k.chosen === side ? <span className="quiet"> ({t('products.conflicts.chosen')})</span> : null}
      </p>
      <SourceChip said={{ ...said, source }} />
      {said?.from ? (
        <p className="quiet small">
          {t('products.from')}: {day(said.from)}
        </p>
      ) : null}
    </div>
  )
}

/** Settle asks which source holds, and why. */
function Settle({ k }: { k: Conflict }) {
  const t = useWords()
  const source = useSource()
  const value = useValue()
  const sides = (['a', 'b'] as const).filter((side) => choosable(k, side))
  const [choose, setChoose] = useState<Side | 'both' | ''>(k.field === 'right' ? 'both' : '')
  const settle = useChange((body: { choose: Side | 'both'; why: string }) =>
    of(api.POST('/api/v1/products/conflicts/{n}', { params: { path: { n: k.n } }, body })),
  )
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault()
    const why = String(new FormData(e.currentTarget).get('why') ?? '').trim()
    if (choose && why) settle.mutate({ choose, why })
  }
  const pick = (key: Side | 'both', label: string) => (
    <label key={key}>
      <input type="radio" name={`choose-${k.n}`} required checked={choose === key} onChange={() => setChoose(key)} />
      <bdi className="wrap">{label}</bdi>
    </label>
  )
  return (
    <form className="stack tight no-print" onSubmit={submit}>
      <fieldset className="reasons upright">
        <legend>{t('products.conflicts.which')}</legend>
        {sides.map((side) =>
          pick(side, `${t('products.conflicts.a', { value: value(k, side) })} (${source(k[side].kind, k[side].who)})`),
        )}
        {pick('both', t(k.field === 'right' ? 'products.conflicts.stands' : 'products.conflicts.both'))}
      </fieldset>
      {sides.length === 1 ? <p className="quiet small">{t('products.conflicts.number')}</p> : null}
      <div className="row ends">
        <div className="field wide-field">
          <label htmlFor={`why-${k.n}`}>{t('products.conflicts.why')}</label>
          <input
            id={`why-${k.n}`}
            name="why"
            required
            maxLength={200}
            autoComplete="off"
            aria-describedby={`why-hint-${k.n}`}
          />
        </div>
        <button type="submit" className="button main" disabled={settle.isPending || !choose}>
          {t('products.conflicts.settle')}
        </button>
        <p className="quiet small all" id={`why-hint-${k.n}`}>
          {t('products.conflicts.whyHint')}
        </p>
      </div>
      {settle.isError ? <Fault error={settle.error} /> : null}
    </form>
  )
}
