import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { api, of, type Schemas } from '../../api/client'
import { useMe } from '../../app/me'
import { useNames } from '../../app/names'
import { Fault } from '../../parts/Fault'
import { Shape } from '../../parts/Shapes'
import { useChange } from './change'
import { type Facts, SourceChip, useDay } from './source'

/** useGrounds are the grounds of a product for which the law's duties don't hold. */
function useGrounds() {
  const q = useQuery({
    queryKey: ['grounds'],
    queryFn: () => of(api.GET('/api/v1/products/grounds')),
    staleTime: Number.POSITIVE_INFINITY, // a table of the program
  })
  return { ...q, list: (q.data ?? []).filter((g) => g.of === 'product') }
}

/** Duty says whether tracing is owed for the product on the day, and by which ground not. */
export function Duty({ f }: { f: Facts }) {
  const { t } = useTranslation()
  const me = useMe()
  const day = useDay()
  const names = useNames()
  const grounds = useGrounds()
  const said = f.values?.find((v) => v.field === 'duty')
  const ground = grounds.list.find((g) => g.code === said?.value)
  const words = (code: string) => t(`products.grounds.${code}`, { defaultValue: ground?.text ?? code })
  const says = !said
    ? t('products.duty.holds')
    : f.duty_doubt === 'differing'
      ? t('products.duty.differing')
      : f.duty_doubt === 'listed-otherwise'
        ? t('products.duty.listed')
        : grounds.data && !ground
          ? t('products.duty.strange', { ground: said.value })
          : t('products.duty.not', { ground: words(said.value) })
  const counts = said && !f.duty_doubt && ground
  return (
    <section className="card stack tight" aria-labelledby="duty">
      <h2 id="duty">{t('products.duty.title')}</h2>
      <p className="duty" role="status">
        {f.duty_doubt ? <Shape word="tell" /> : null}
        <span>{says}</span>
      </p>
      {counts ? (
        <p className="small">
          {t('products.duty.clause', { clause: ground.clause })}.{' '}
          {ground.confirmed ? null : <strong>{t('products.duty.unconfirmed')}</strong>}
        </p>
      ) : null}
      {said ? (
        <>
          <SourceChip said={said} />
          <p className="small wrap">
            {[
              said.from ? `${t('products.from')}: ${day(said.from)}` : '',
              said.why ? t('products.duty.shows', { why: said.why }) : '',
              said.by ? t('products.duty.by', { name: names.person(said.by) }) : '',
            ]
              .filter(Boolean)
              .join(' · ')}
          </p>
        </>
      ) : null}
      {grounds.isError ? <Fault error={grounds.error} again={() => void grounds.refetch()} /> : null}
      {me.may('keep-catalogue') && grounds.data ? <Claim gtin={f.gtin} grounds={grounds.list} /> : null}
    </section>
  )
}

function Claim({ gtin, grounds }: { gtin: string; grounds: Schemas['CatalogGround'][] }) {
  const { t } = useTranslation()
  const form = useRef<HTMLFormElement>(null)
  const box = useRef<HTMLDetailsElement>(null)
  const claim = useChange(
    (body: { product: string; ground: string; since: string; until: string; why: string }) =>
      of(api.POST('/api/v1/products/duty', { body })),
    () => {
      form.current?.reset()
      if (box.current) box.current.open = false
    },
  )
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault()
    const typed = new FormData(e.currentTarget)
    const text = (name: string) => String(typed.get(name) ?? '').trim()
    claim.mutate({
      product: gtin,
      ground: text('ground'),
      since: text('since'),
      until: text('until'),
      why: text('why'),
    })
  }
  return (
    <details className="no-print" ref={box}>
      <summary>{t('products.duty.set')}</summary>
      <form className="stack tight" ref={form} onSubmit={submit}>
        <div className="field">
          <label htmlFor="duty-ground">{t('products.duty.ground')}</label>
          <select id="duty-ground" name="ground" defaultValue="">
            <option value="">{t('products.duty.back')}</option>
            {grounds.map((g) => (
              <option key={g.code} value={g.code}>
                {t(`products.grounds.${g.code}`, { defaultValue: g.text })}
              </option>
            ))}
          </select>
        </div>
        <div className="field">
          <label htmlFor="duty-since">{t('products.duty.since')}</label>
          <input
            id="duty-since"
            name="since"
            type="date"
            required
            defaultValue={new Date().toISOString().slice(0, 10)}
          />
        </div>
        <div className="field">
          <label htmlFor="duty-until">{t('products.duty.until')}</label>
          <input id="duty-until" name="until" type="date" />
        </div>
        <div className="field">
          <label htmlFor="duty-why">{t('products.duty.why')}</label>
          <input
            id="duty-why"
            name="why"
            required
            maxLength={200}
            autoComplete="off"
            aria-describedby="duty-why-hint"
          />
          <p className="quiet small" id="duty-why-hint">
            {t('products.duty.whyHint')}
          </p>
        </div>
        {claim.isError ? <Fault error={claim.error} /> : null}
        <button type="submit" className="button main" disabled={claim.isPending}>
          {t('products.duty.save')}
        </button>
      </form>
    </details>
  )
}
