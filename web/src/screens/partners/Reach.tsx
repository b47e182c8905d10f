import { type ReactNode, useState } from 'react'
import { api, of, type Schemas } from '../../api/client'
import { Ask } from '../../parts/Ask'
import { Fault } from '../../parts/Fault'
import { useWords } from '../../words'
import { Choice, Field, Form, textsOf, useKeep } from './book'
import { useRemovePart } from './Sites'
import type { Partner } from './standing'

const subjects = ['exceptions', 'recalls', 'orders'] as const
const purposes = ['ti', 'exceptions'] as const
const ways = ['node', 'https', 'capture', 'sftp', 'folder', 'hand'] as const
const formats = ['EPCIS2.0', 'EPCIS2.0-XML', 'R1.3', 'R1.2'] as const

/** Contacts are whom to ask at a partner, by subject. */
export function Contacts({ p, may }: { p: Partner; may: boolean }) {
  const t = useWords()
  const remove = useRemovePart(p.id)
  const [open, setOpen] = useState(false)
  const keep = useKeep(
    (body: Schemas['PartnerContact']) =>
      of(api.POST('/api/v1/partners/{id}/contacts', { params: { path: { id: p.id } }, body })),
    () => setOpen(false),
  )
  const list = p.contacts ?? []
  return (
    <section className="card stack tight" aria-labelledby="contacts">
      <h2 id="contacts">{t('partners.contact.title')}</h2>
      {list.length === 0 ? <p className="quiet">{t('partners.contact.none')}</p> : null}
      <ul className="reach">
        {list.map((c) => {
          const purpose = t(`partners.contact.purposes.${c.purpose}`, { defaultValue: c.purpose })
          return (
            <li key={c.purpose}>
              <h3>{purpose}</h3>
              {c.name ? <span>{c.name}</span> : null}
              {c.email ? <a href={`mailto:${encodeURIComponent(c.email).replace('%40', '@')}`}>{c.email}</a> : null}
              {c.phone ? <span>{c.phone}</span> : null}
              {may ? (
                <Remove
                  of="contact"
                  purpose={purpose}
                  busy={remove.isPending}
                  act={() => remove.mutate({ part: 'contacts', name: c.purpose })}
                />
              ) : null}
            </li>
          )
        })}
      </ul>
      {remove.isError ? <Fault error={remove.error} /> : null}
      {may ? (
        <Opened label={t('partners.contact.add')} open={open} set={setOpen}>
          <Form
            label={t('partners.contact.add')}
            save={t('partners.contact.save')}
            work={keep}
            send={(form) => {
              const { purpose = '', ...more } = textsOf(form)
              keep.mutate({ purpose, ...more })
            }}
          >
            <Choice form="contact" name="purpose" label={t('partners.contact.purpose')}>
              {subjects.map((s) => (
                <option key={s} value={s}>
                  {t(`partners.contact.purposes.${s}`)}
                </option>
              ))}
            </Choice>
            <p className="quiet small">{t('partners.contact.hint')}</p>
            <Field form="contact" name="name" label={t('partners.contact.name')} />
            <Field form="contact" name="email" label={t('partners.contact.email')} type="email" />
            <Field form="contact" name="phone" label={t('partners.contact.phone')} type="tel" />
          </Form>
        </Opened>
      ) : null}
    </section>
  )
}

/** Routes are how documents reach a partner, by what they are for. */
export function Routes({ p, may }: { p: Partner; may: boolean }) {
  const t = useWords()
  const remove = useRemovePart(p.id)
  const [open, setOpen] = useState(false)
  const keep = useKeep(
    (body: Schemas['PartnerRoute']) =>
      of(api.POST('/api/v1/partners/{id}/routes', { params: { path: { id: p.id } }, body })),
    () => setOpen(false),
  )
  const list = p.routes ?? []
  return (
    <section className="card stack tight" aria-labelledby="routes">
      <h2 id="routes">{t('partners.route.title')}</h2>
      {list.length === 0 ? <p className="quiet">{t('partners.route.none')}</p> : null}
      <ul className="reach">
        {list.map((r) => {
          const purpose = t(`partners.route.purposes.${r.purpose}`, { defaultValue: r.purpose })
          return (
            <li key={r.purpose}>
              <h3>{purpose}</h3>
              <span>
                {t(`partners.route.ways.${r.way}`, { defaultValue: r.way })} · {r.format}
              </span>
              {r.address ? <span className="code">{r.address}</span> : null}
              {r.credential ? (
                <span className="quiet small">
                  {t('partners.route.credential')}: {r.credential}
                </span>
              ) : null}
              {may ? (
                <Remove
                  of="route"
                  purpose={purpose}
                  busy={remove.isPending}
                  act={() => remove.mutate({ part: 'routes', name: r.purpose })}
                />
              ) : null}
            </li>
          )
        })}
      </ul>
      {remove.isError ? <Fault error={remove.error} /> : null}
      {may ? (
        <Opened label={t('partners.route.add')} open={open} set={setOpen}>
          <Form
            label={t('partners.route.add')}
            save={t('partners.route.save')}
            work={keep}
            send={(form) => {
              const { purpose = '', way = '', format = '', ...more } = textsOf(form)
              keep.mutate({ purpose, way, format, ...more })
            }}
          >
            <Choice form="route" name="purpose" label={t('partners.route.purpose')}>
              {purposes.map((name) => (
                <option key={name} value={name}>
                  {t(`partners.route.purposes.${name}`)}
                </option>
              ))}
            </Choice>
            <Choice form="route" name="way" label={t('partners.route.way')}>
              {ways.map((way) => (
                <option key={way} value={way}>
                  {t(`partners.route.ways.${way}`)}
                </option>
              ))}
            </Choice>
            <Choice form="route" name="format" label={t('partners.route.format')}>
              {formats.map((f) => (
                <option key={f}>{f}</option>
              ))}
            </Choice>
            <Field
              form="route"
              name="address"
              label={t('partners.route.address')}
              hint={t('partners.route.addressHint')}
              max={500}
            />
            <Field
              form="route"
              name="credential"
              label={t('partners.route.credential')}
              hint={t('partners.route.credentialHint')}
            />
          </Form>
        </Opened>
      ) : null}
    </section>
  )
}

/** Remove takes a contact or a route out, once it is asked again. */
function Remove({ of: kind, ...p }: { of: 'contact' | 'route'; purpose: string; busy: boolean; act: () => void }) {
  const t = useWords()
  return (
    <span className="no-print">
      <Ask
        label={t(`partners.${kind}.remove`)}
        name={t(`partners.${kind}.removeName`, { purpose: p.purpose })}
        sure={t(`partners.${kind}.removeSure`, { purpose: p.purpose })}
        busy={p.busy}
        act={p.act}
      />
    </span>
  )
}

/** Opened shows a form when its button was pressed. */
function Opened({
  label,
  open,
  set,
  children,
}: {
  label: string
  open: boolean
  set: (open: boolean) => void
  children: ReactNode
}) {
  return (
    <>
      <div className="row no-print">
        <button type="button" className="button" aria-expanded={open} onClick={() => set(!open)}>
          {label}
        </button>
      </div>
      {open ? children : null}
    </>
  )
}
