import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useId, useState } from 'react'
import { api, of } from '../api/client'
import { AskForm } from '../parts/AskForm'
import { Fault, Skeleton } from '../parts/Fault'
import { useWords } from '../words'

// The case that is opened about a pack, by the rule that its answer rests on. The key
// finds a case that was opened by it before.
const cases: Record<string, { words: string; scenario: string; key: string }> = {
  'verdict/unknown': { words: 'askSeller', scenario: '1.5', key: 'no data' },
  'verdict/recalled': { words: 'sendBack', scenario: '5.1', key: 'recalled' },
  'verdict/expired': { words: 'sendBack', scenario: '5.3', key: 'expired' },
  'verdict/seller-not-authorised': { words: 'askLicence', scenario: '5.2', key: 'licence' },
}

/** asksSeller tells whether an answer leads to a case with who sold the pack. */
export const asksSeller = (rule: string) => cases[rule] !== undefined

/** AskSeller opens the case of a pack that can't be dispensed, and goes to its message to the seller. */
export function AskSeller({ path, rule, main }: { path: string; rule: string; main: boolean }) {
  const t = useWords()
  const go = useNavigate()
  const [open, setOpen] = useState(false)
  const [partner, setPartner] = useState('')
  const field = useId()
  const sellers = useQuery({
    queryKey: ['sellers'],
    // 0 is the organisation itself.
    queryFn: async () => (await of(api.GET('/api/v1/partners'))).filter((p) => p.id !== 0),
    enabled: open,
  })
  const about = cases[rule]
  const act = useMutation({
    mutationFn: () =>
      of(
        api.POST('/api/v1/cases', {
          body: {
            scenario: about?.scenario,
            partner: Number(partner),
            items: [{ path }],
            key: `${about?.key}: ${path}`,
          },
        }),
      ),
    onSuccess: (c) => void go({ to: '/cases/$id', params: { id: c.id } }),
  })
  if (!about) return null
  return (
    <AskForm
      main={main}
      label={t(`scan.${about.words}`)}
      title={t(`scan.${about.words}`)}
      send={t('scan.openCase')}
      ready={partner !== ''}
      work={act}
      opened={() => setOpen(true)}
      act={() => act.mutate()}
    >
      <p>{t(`scan.${about.words}What`)}</p>
      {sellers.isPending && open ? <Skeleton lines={1} /> : null}
      {sellers.isError ? <Fault error={sellers.error} again={() => void sellers.refetch()} /> : null}
      {sellers.data?.length === 0 ? <p role="status">{t('scan.noSeller')}</p> : null}
      <label htmlFor={field}>{t('scan.seller')}</label>
      <select id={field} required value={partner} onChange={(e) => setPartner(e.target.value)}>
        <option value="">{t('module.choose')}</option>
        {(sellers.data ?? []).map((p) => (
          <option key={p.id} value={p.id}>
            {p.name}
          </option>
        ))}
      </select>
    </AskForm>
  )
}
