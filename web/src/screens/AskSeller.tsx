import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useId, useRef, useState } from 'react'
import { api, of } from '../api/client'
import { Fault, Skeleton } from '../parts/Fault'
import { useWords } from '../words'

/** AskSeller opens the case of a pack that came without data, which keeps it apart here, and goes to its message to the seller. */
export function AskSeller({ path }: { path: string }) {
  const t = useWords()
  const go = useNavigate()
  const dialog = useRef<HTMLDialogElement>(null)
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
    <>
      <button
        type="button"
        className="button main"
        onClick={() => {
          setOpen(true)
          dialog.current?.showModal()
        }}
      >
        {t('scan.askSeller')}
      </button>
      <dialog ref={dialog} aria-label={t('scan.askSeller')}>
        <form
          className="inside"
          onSubmit={(e) => {
            e.preventDefault()
            act.mutate()
          }}
        >
          <h2>{t('scan.askSeller')}</h2>
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
          {act.isError ? <Fault error={act.error} /> : null}
          <div className="row">
            <button type="submit" className="button main" disabled={act.isPending || partner === ''}>
              {t('scan.openCase')}
            </button>
            <button type="button" className="button" onClick={() => dialog.current?.close()}>
              {t('scan.cancel')}
            </button>
          </div>
        </form>
      </dialog>
    </>
  )
}
