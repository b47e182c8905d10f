import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useId, useState } from 'react'
import { api, of } from '../api/client'
import { AskForm } from '../parts/AskForm'
import { Fault, Skeleton } from '../parts/Fault'
import { useWords } from '../words'

/** AskSeller opens the case of a pack that came without data, which keeps it apart here, and goes to its message to the seller. */
export function AskSeller({ path }: { path: string }) {
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
  const act = useMutation({
    mutationFn: () =>
      of(
        api.POST('/api/v1/cases', {
          body: { category: 'product-no-data', partner: Number(partner), items: [{ path }], key: `no data: ${path}` },
        }),
      ),
    onSuccess: (c) => void go({ to: '/cases/$id', params: { id: c.id } }),
  })
  return (
    <AskForm
      label={t('scan.askSeller')}
      title={t('scan.askSeller')}
      send={t('scan.openCase')}
      ready={partner !== ''}
      work={act}
      opened={() => setOpen(true)}
      act={() => act.mutate()}
    >
      <p>{t('scan.askSellerWhat')}</p>
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
