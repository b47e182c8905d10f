import { useQuery } from '@tanstack/react-query'
import { api, of } from '../../api/client'
import { Fault, Skeleton } from '../../parts/Fault'
import { When } from '../../parts/When'
import { useWords } from '../../words'
import { Answered } from './Authority'
import { Choice, Field, Form, Told, textsOf, useKeep } from './book'
import { lightOf, type Partner, placeOf, roles } from './standing'

/** Checks are the answers that were kept with their grounds, and the form to keep one more. */
export function Checks({ p, of: own, may }: { p: Partner; of: string[]; may: boolean }) {
  const t = useWords()
  const q = useQuery({
    queryKey: ['checks', p.id],
    queryFn: () => of(api.GET('/api/v1/partners/checks', { params: { query: { partner: p.id } } })),
  })
  const list = q.data ?? []
  return (
    <section className="stack tight" aria-labelledby="checks">
      <h2 id="checks">{t('partners.check.title')}</h2>
      <p className="quiet">{t('partners.check.intro')}</p>
      {may ? <Check p={p} own={own} /> : null}
      {q.isPending ? <Skeleton lines={2} /> : null}
      {q.isError ? <Fault error={q.error} again={() => void q.refetch()} /> : null}
      {q.data && list.length === 0 ? <p className="quiet">{t('partners.check.none')}</p> : null}
      <ol className="reach">
        {list.map((k) => (
          <li key={k.id}>
            <div className="row spread">
              <h3>{t('partners.check.one', { id: k.id })}</h3>
              <Told word={lightOf(k.authority.word)} />
            </div>
            <span className="quiet small">
              {[k.role ? t(`partners.roles.${k.role}`, { defaultValue: k.role }) : '', k.gln, k.why]
                .filter(Boolean)
                .join(' · ')}
            </span>
            <span className="quiet small">
              {t('partners.check.at')} <When at={k.authority.at} /> · {t('partners.check.kept')}{' '}
              <When at={k.authority.known_at} />
            </span>
            <details>
              <summary>{t('partners.check.more')}</summary>
              <Answered a={k.authority} />
            </details>
          </li>
        ))}
      </ol>
    </section>
  )
}

function Check({ p, own }: { p: Partner; own: string[] }) {
  const t = useWords()
  const offered = roles.filter((r) => own.includes(r))
  const keep = useKeep((body: { role: string; gln?: string; why?: string }) =>
    of(api.POST('/api/v1/partners/checks', { body: { partner: p.id || undefined, org: p.org, ...body } })),
  )
  return (
    <Form
      label={t('partners.check.title')}
      save={t('partners.check.act')}
      work={keep}
      send={(form) => {
        const { role = '', gln, why } = textsOf(form)
        keep.mutate({ role, gln, why })
      }}
    >
      <div className="pairs">
        {(p.sites ?? []).length > 0 ? (
          <Choice form="check" name="gln" label={t('partners.site.title')}>
            {(p.sites ?? []).map((s) => (
              <option key={s.gln} value={s.gln}>
                {[s.gln, s.name || placeOf(s)].filter(Boolean).join(' ')}
              </option>
            ))}
          </Choice>
        ) : null}
        <Choice form="check" name="role" label={t('partners.role')}>
          {(offered.length > 0 ? offered : roles).map((r) => (
            <option key={r} value={r}>
              {t(`partners.roles.${r}`)}
            </option>
          ))}
        </Choice>
        <Field form="check" name="why" label={t('partners.check.why')} hint={t('partners.check.whyHint')} />
      </div>
    </Form>
  )
}
