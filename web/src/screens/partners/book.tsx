// What the screens of partners ask the node for, and how they change the address book.
import { type UseMutationResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { api, of } from '../../api/client'
import { useMe } from '../../app/me'
import { Fault } from '../../parts/Fault'
import { Shape } from '../../parts/Shapes'
import type { Word } from '../../parts/word'
import { useWords } from '../../words'

const staleMs = 30_000

/** useStandings is who is authorised now: of one partner with its grounds, or of the whole book. */
export function useStandings(id?: string) {
  const me = useMe()
  return useQuery({
    queryKey: ['standings', id ?? ''],
    queryFn: () => of(api.GET('/api/v1/partners/standings', { params: { query: { partner: id } } })),
    enabled: me.may('read-goods'),
    staleTime: staleMs,
  })
}

/** useMembers are the members of the network as the ledger has them. */
export function useMembers() {
  const me = useMe()
  return useQuery({
    queryKey: ['members'],
    queryFn: () => of(api.GET('/api/v1/organisations')),
    enabled: me.may('read-ledger'),
    staleTime: staleMs,
  })
}

/** useLists are the licence lists that were loaded, the newest first. */
export function useLists() {
  const me = useMe()
  return useQuery({
    queryKey: ['licencelists'],
    queryFn: () => of(api.GET('/api/v1/partners/lists')),
    enabled: me.may('read-goods'),
  })
}

/** useKeep changes the address book, and has everything that rests on it asked anew. */
export function useKeep<G, R>(act: (given: G) => Promise<R>, done?: (answer: R) => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSuccess: async (answer) => {
      done?.(answer)
      await Promise.all(
        [['partners'], ['partner'], ['standings'], ['licencelists'], ['checks']].map((queryKey) =>
          queries.invalidateQueries({ queryKey }),
        ),
      )
    },
  })
}

/** textsOf reads a form; what is empty is left out. */
export const textsOf = (form: HTMLFormElement) =>
  Object.fromEntries(
    [...new FormData(form).entries()].map(([k, v]) => [k, String(v).trim()]).filter(([, v]) => v !== ''),
  ) as Record<string, string>

/** Field is a field of a form with its hint. */
export function Field({
  form,
  name,
  label,
  hint,
  value,
  max = 200,
  required,
  type,
}: {
  form: string
  name: string
  label: string
  hint?: string
  value?: string
  max?: number
  required?: boolean
  type?: string
}) {
  const id = `${form}-${name}`
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        name={name}
        type={type}
        defaultValue={value}
        required={required}
        maxLength={max}
        autoComplete="off"
        spellCheck={false}
        aria-describedby={hint ? `${id}-hint` : undefined}
      />
      {hint ? (
        <p className="quiet small" id={`${id}-hint`}>
          {hint}
        </p>
      ) : null}
    </div>
  )
}

/** Choice is a field that chooses one of some words. */
export function Choice({
  form,
  name,
  label,
  value,
  children,
}: {
  form: string
  name: string
  label: string
  value?: string
  children: ReactNode
}) {
  return (
    <div className="field">
      <label htmlFor={`${form}-${name}`}>{label}</label>
      <select id={`${form}-${name}`} name={name} defaultValue={value}>
        {children}
      </select>
    </div>
  )
}

type Working = Pick<UseMutationResult, 'isPending' | 'isError' | 'error'>

/** Form sends what was typed; its answer, or what was wrong with it, stands below. */
export function Form({
  label,
  save,
  work,
  children,
  send,
}: {
  label: string
  save: string
  work: Working
  children: ReactNode
  send: (form: HTMLFormElement) => void
}) {
  return (
    <form
      className="stack tight narrow no-print"
      aria-label={label}
      onSubmit={(e) => {
        e.preventDefault()
        send(e.currentTarget)
      }}
    >
      {children}
      <div className="row">
        <button type="submit" className="button main" disabled={work.isPending}>
          {save}
        </button>
      </div>
      {work.isError ? <Fault error={work.error} /> : null}
    </form>
  )
}

/** Told is the light of a partner: its word in this place's own words. */
export function Told({ word }: { word: Word }) {
  const t = useWords()
  return (
    <span className={`light ${word}`}>
      <Shape word={word} />
      {t(`partners.words.${word}`)}
    </span>
  )
}
