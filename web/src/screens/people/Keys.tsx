import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, of } from '../../api/client'
import { useKept } from '../../app/kept'
import { Ask } from '../../parts/Ask'
import { Fault, Skeleton } from '../../parts/Fault'
import { Copy } from '../../parts/Unit'
import { When, when } from '../../parts/When'
import { useWords } from '../../words'
import { roles, Since } from './People'

const daysFirst = 90
const daysMost = 366

/** Keys are the API keys of programs; a key is shown once, when it is made. */
export function Keys() {
  const t = useWords()
  const queries = useQueryClient()
  const name = useKept('people.key')
  const [chosen, setChosen] = useState<string[]>([])
  const [days, setDays] = useState(daysFirst)
  const q = useQuery({ queryKey: ['keys'], queryFn: () => of(api.GET('/api/v1/apikeys')) })
  const again = () => queries.invalidateQueries({ queryKey: ['keys'] })
  const make = useMutation({
    mutationFn: () => of(api.POST('/api/v1/apikeys', { body: { name: name.text.trim(), roles: chosen, days } })),
    onSuccess: () => {
      name.taken()
      setChosen([])
      return again()
    },
  })
  const revoke = useMutation({
    mutationFn: (id: string) => of(api.DELETE('/api/v1/apikeys/{id}', { params: { path: { id } } })),
    onSuccess: again,
  })
  const submit = (e: FormEvent) => {
    e.preventDefault()
    make.mutate()
  }
  return (
    <>
      {make.data ? (
        <section className="once" role="status">
          <strong>{t('people.key.once')}</strong>
          <code>{make.data.secret}</code>
          <p className="small">{t('people.key.onceHint')}</p>
          <div className="row">
            <Copy text={make.data.secret} />
            <button type="button" className="button" onClick={() => make.reset()}>
              {t('people.key.kept')}
            </button>
          </div>
        </section>
      ) : (
        <form className="card stack narrow no-print" onSubmit={submit}>
          <div className="field">
            <label htmlFor="key-name">{t('people.key.name')}</label>
            <input
              id="key-name"
              value={name.text}
              required
              maxLength={100}
              autoComplete="off"
              onChange={(e) => name.set(e.target.value)}
            />
          </div>
          <fieldset className="reasons">
            <legend>{t('people.key.roles')}</legend>
            {roles.map((r) => (
              <label key={r}>
                <input
                  type="checkbox"
                  checked={chosen.includes(r)}
                  onChange={(e) => setChosen(e.target.checked ? [...chosen, r] : chosen.filter((other) => other !== r))}
                />
                {t(`who.roles.${r}`)}
              </label>
            ))}
          </fieldset>
          <div className="field">
            <label htmlFor="key-days">{t('people.key.days')}</label>
            <input
              id="key-days"
              type="number"
              min={1}
              max={daysMost}
              value={days}
              required
              onChange={(e) => setDays(Number(e.target.value))}
            />
          </div>
          <div className="row">
            <button
              type="submit"
              className="button main"
              disabled={make.isPending || chosen.length === 0 || name.text.trim() === ''}
            >
              {t('people.key.make')}
            </button>
          </div>
          {make.isError ? <Fault error={make.error} /> : null}
        </form>
      )}
      {q.isPending ? <Skeleton lines={3} /> : null}
      {q.isError ? <Fault error={q.error} again={() => void q.refetch()} /> : null}
      {revoke.isError ? <Fault error={revoke.error} /> : null}
      {q.data?.length === 0 ? <p className="quiet">{t('people.key.empty')}</p> : null}
      <ul className="people">
        {(q.data ?? []).map((k) => (
          <li key={k.id}>
            <div className="row spread">
              <h2>{k.name}</h2>
              {k.revoked ? (
                <span className="quiet small">{t('people.key.revoked', { when: when(k.revoked) })}</span>
              ) : (
                <Ask
                  label={t('people.key.revoke')}
                  sure={t('people.key.revokeSure', { name: k.name })}
                  busy={revoke.isPending}
                  act={() => revoke.mutate(k.id)}
                />
              )}
            </div>
            <span className="quiet small">
              {t('people.key.begins')} <code>{k.prefix}</code> ·{' '}
              {(k.roles ?? []).map((r) => t(`who.roles.${r}`, { defaultValue: r })).join(', ')} ·{' '}
              {t('people.key.until')} <When at={k.until} /> · {t('people.key.used')}{' '}
              <Since at={k.used} none={t('people.key.never')} />
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}
