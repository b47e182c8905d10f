import { type FormEvent, useRef, useState } from 'react'
import { api, of } from '../../api/client'
import { usePartners } from '../../app/names'
import { Fault } from '../../parts/Fault'
import { useWords } from '../../words'
import { useChange } from './change'

type Given = { number: string; kind: 'owner' | 'packager'; who: string; from: string; to: string; ground: string }

/** AddRight enters that a number was sold, or who packs under it, from a day on. */
export function AddRight({ gtin }: { gtin: string }) {
  const t = useWords()
  const partners = usePartners()
  const box = useRef<HTMLDetailsElement>(null)
  const form = useRef<HTMLFormElement>(null)
  const [wide, setWide] = useState(false)
  const [strange, setStrange] = useState('')
  const add = useChange(
    (body: Given) => of(api.POST('/api/v1/products/rights', { body })),
    () => {
      form.current?.reset()
      setWide(false)
      if (box.current) box.current.open = false
    },
  )
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault()
    const typed = new FormData(e.currentTarget)
    const text = (name: string) => String(typed.get(name) ?? '').trim()
    const prefix = text('prefix')
    const fits = !wide || gtin.slice(1).startsWith(prefix)
    setStrange(fits ? '' : prefix)
    if (!fits) return
    add.mutate({
      number: wide ? prefix : gtin,
      kind: text('kind') === 'packager' ? 'packager' : 'owner',
      who: text('who'),
      from: text('from'),
      to: text('to'),
      ground: text('ground'),
    })
  }
  const field = (name: string, label: string, input: React.ComponentProps<'input'>) => (
    <div className="field">
      <label htmlFor={`right-${name}`}>{label}</label>
      <input id={`right-${name}`} name={name} autoComplete="off" {...input} />
    </div>
  )
  return (
    <details className="no-print" ref={box}>
      <summary>{t('products.rights.add')}</summary>
      <form className="stack tight" ref={form} onSubmit={submit}>
        <p className="quiet small">{t('products.rights.addHint')}</p>
        <div className="fields">
          <div className="field">
            <label htmlFor="right-kind">{t('products.rights.kind')}</label>
            <select id="right-kind" name="kind">
              <option value="owner">{t('products.rights.kinds.owner')}</option>
              <option value="packager">{t('products.rights.kinds.packager')}</option>
            </select>
          </div>
          {field('who', t('products.rights.who'), { required: true, maxLength: 200, list: 'right-partners' })}
          {field('from', t('products.from'), {
            type: 'date',
            required: true,
            defaultValue: new Date().toISOString().slice(0, 10),
          })}
          {field('to', t('products.duty.until'), { type: 'date' })}
          {field('ground', t('products.rights.ground'), { required: true, maxLength: 200 })}
        </div>
        <fieldset className="reasons">
          <legend>{t('products.rights.number')}</legend>
          {[false, true].map((w) => (
            <label key={String(w)}>
              <input type="radio" name="wide" checked={wide === w} onChange={() => setWide(w)} />
              {t(w ? 'products.rights.prefix' : 'products.rights.this')}
            </label>
          ))}
        </fieldset>
        {wide
          ? field('prefix', t('products.rights.digits'), {
              required: true,
              inputMode: 'numeric',
              pattern: '[0-9]{4,12}',
              defaultValue: gtin.slice(1, 8),
              'aria-invalid': strange !== '',
            })
          : null}
        {strange ? <p role="alert">{t('products.rights.notItsPrefix', { prefix: strange })}</p> : null}
        <datalist id="right-partners">
          {(partners.data ?? []).map((p) => (
            <option key={p.id} value={p.name} />
          ))}
        </datalist>
        {add.isError ? <Fault error={add.error} /> : null}
        <div className="row">
          <button type="submit" className="button main" disabled={add.isPending}>
            {t('products.rights.save')}
          </button>
        </div>
      </form>
    </details>
  )
}
