import { api, of } from '../../api/client'
import { useWords } from '../../words'
import { Field, Form, textsOf, useKeep } from './book'
import { type Partner, roles, rolesOf } from './standing'

/** Details is the form of a partner's name, id and roles: of a new one, or of one that is there. */
export function Details({ p, done }: { p?: Partner; done: (p: Partner) => void }) {
  const t = useWords()
  const keep = useKeep(
    (body: { name: string; org?: string; roles?: string }) =>
      p
        ? of(api.POST('/api/v1/partners/{id}', { params: { path: { id: p.id } }, body }))
        : of(api.POST('/api/v1/partners', { body })),
    done,
  )
  const own = rolesOf(p?.roles ?? '')
  const label = t(p ? 'partners.entry.change' : 'partners.add.open')
  return (
    <Form
      label={label}
      save={t(p ? 'partners.entry.save' : 'partners.add.save')}
      work={keep}
      send={(form) => {
        const { name = '', org } = textsOf(form)
        const chosen = new FormData(form).getAll('roles').map(String)
        // Roles that stand in no field here stay as they are.
        const others = own.filter((r) => !roles.some((known) => known === r))
        keep.mutate({ name, org, roles: [...others, ...chosen].join(',') || undefined })
      }}
    >
      <Field form="partner" name="name" label={t('partners.add.name')} value={p?.name} required />
      <fieldset className="reasons">
        <legend>{t('partners.add.roles')}</legend>
        {roles.map((r) => (
          <label key={r}>
            <input type="checkbox" name="roles" value={r} defaultChecked={own.includes(r)} />
            {t(`partners.roles.${r}`)}
          </label>
        ))}
      </fieldset>
      <Field
        form="partner"
        name="org"
        label={t('partners.add.org')}
        hint={t('partners.add.orgHint')}
        value={p?.org}
        max={32}
      />
    </Form>
  )
}
