import { useState } from 'react'
import { useMe } from '../../app/me'
import { Rows } from '../../parts/Rows'
import { useWords } from '../../words'
import { Edit } from './Edit'
import { type Facts, type Said, SourceChip, useDay } from './source'

/** Values are the fields of a product with who says so, and beneath each what other sources say instead. */
export function Values({ f }: { f: Facts }) {
  const t = useWords()
  const me = useMe()
  const [editing, setEditing] = useState(false)
  const values = f.values ?? []
  return (
    <section className="stack tight sourced">
      <div className="row spread">
        <h2>{t('products.holds')}</h2>
        {me.may('keep-catalogue') && !editing ? (
          <button type="button" className="button no-print" onClick={() => setEditing(true)}>
            {t('products.edit.open')}
          </button>
        ) : null}
      </div>
      {editing ? <Edit product={f.gtin} values={values} leave={() => setEditing(false)} /> : null}
      {values.length === 0 ? (
        <p className="quiet">{t('products.nothing')}</p>
      ) : (
        <Rows
          wide
          label={t('products.holds')}
          heads={['field', 'value', 'source', 'from'].map((h) => t(`products.${h}`))}
        >
          {values.flatMap((v) => [
            <Row key={v.field} field={v.field} said={v} />,
            ...(v.others ?? []).map((o) => (
              <Row key={`${v.field} ${o.source.kind} ${o.source.who} ${o.from}`} field={v.field} said={o} other />
            )),
          ])}
        </Rows>
      )}
    </section>
  )
}

function Row({ field, said, other }: { field: string; said: Said; other?: boolean }) {
  const t = useWords()
  const day = useDay()
  const value = field === 'duty' ? t(`products.grounds.${said.value}`, { defaultValue: said.value }) : said.value
  return (
    <tr className={other ? 'other' : undefined}>
      <td>{other ? <span className="quiet small">{t('products.otherwise')}</span> : t(`products.fields.${field}`)}</td>
      <td className="wide">
        <bdi>{value}</bdi>
      </td>
      <td className="wide">
        <SourceChip said={said} />
      </td>
      <td>{day(said.from) || <span className="quiet">{t('products.always')}</span>}</td>
    </tr>
  )
}
