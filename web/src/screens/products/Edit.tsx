import { type FormEvent, useState } from 'react'
import { api, of } from '../../api/client'
import { Fault } from '../../parts/Fault'
import { useWords } from '../../words'
import { useChange } from './change'
import type { Facts } from './source'

// Label owner, packager and duty have days and grounds of their own, and forms for them.
const fields = ['name', 'strength', 'form', 'net-content', 'package', 'ndc', 'manufacturer'] as const
const valueMost = 500

/** ownValues are what the organisation itself entered of a product. */
const ownValues = (values: NonNullable<Facts['values']>) =>
  Object.fromEntries(
    fields.map((field) => {
      const v = values.find((x) => x.field === field)
      const own = [v, ...(v?.others ?? [])].find((s) => s?.source.kind === 'own')
      return [field, own?.value ?? '']
    }),
  ) as Record<(typeof fields)[number], string>

/** Edit is the form of what the organisation itself knows of a product, from a day on. Only what was changed is sent. */
export function Edit({
  product,
  values,
  leave,
}: {
  product: string
  values: NonNullable<Facts['values']>
  leave?: () => void
}) {
  const t = useWords()
  const own = ownValues(values)
  const [same, setSame] = useState(false)
  const save = useChange(
    (body: { values: Record<string, string>; from: string }) =>
      of(api.POST('/api/v1/products/{product}', { params: { path: { product } }, body })),
    leave,
  )
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault()
    const form = new FormData(e.currentTarget)
    const typed = fields.map((field) => [field, String(form.get(field) ?? '').trim()] as const)
    const changed = Object.fromEntries(typed.filter(([field, text]) => text !== own[field]))
    setSame(Object.keys(changed).length === 0)
    if (Object.keys(changed).length > 0) save.mutate({ values: changed, from: String(form.get('from') ?? '') })
  }
  return (
    <form className="card stack tight no-print" onSubmit={submit} aria-label={t('products.edit.title')}>
      <h3>{t('products.edit.title')}</h3>
      <p className="quiet small">{t('products.edit.hint')}</p>
      <div className="fields">
        {fields.map((field) => (
          <div className="field" key={field}>
            <label htmlFor={`own-${field}`}>{t(`products.fields.${field}`)}</label>
            <input
              id={`own-${field}`}
              name={field}
              defaultValue={own[field]}
              placeholder={values.find((v) => v.field === field)?.value}
              maxLength={valueMost}
              autoComplete="off"
            />
          </div>
        ))}
        <div className="field">
          <label htmlFor="own-from">{t('products.edit.from')}</label>
          <input id="own-from" name="from" type="date" required defaultValue={new Date().toISOString().slice(0, 10)} />
        </div>
      </div>
      {same ? <p role="status">{t('products.edit.same')}</p> : null}
      {save.isError ? <Fault error={save.error} /> : null}
      <div className="row">
        <button type="submit" className="button main" disabled={save.isPending}>
          {t('products.edit.save')}
        </button>
        {leave ? (
          <button type="button" className="button bare" onClick={leave}>
            {t('scan.cancel')}
          </button>
        ) : null}
      </div>
    </form>
  )
}
