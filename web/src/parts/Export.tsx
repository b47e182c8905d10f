import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import { bytesOf } from '../api/client'
import { useWords } from '../words'
import { Fault } from './Fault'
import { save } from './save'
import { csvOf } from './word'
import './export/words'

type Row = Record<string, unknown>
type Fetched = { what: string; address: string; file: string; type: string }

/** Export offers what a page shows to be taken along: print always, the rest where there is something. Addresses are of files of the node. */
export function Export({
  name,
  rows,
  answer,
  epcis,
  proof,
  receipt,
  sealed,
}: {
  name: string
  rows?: readonly object[]
  answer?: unknown
  epcis?: string
  proof?: string
  receipt?: string
  sealed?: string
}) {
  const t = useWords()
  const dialog = useRef<HTMLDialogElement>(null)
  const close = () => dialog.current?.close()
  const fetched = useMutation({
    mutationFn: async (f: Fetched) => save(f.file, f.type, (await bytesOf(f.address)) as Uint8Array<ArrayBuffer>),
    onSuccess: close,
  })
  const files: Fetched[] = []
  if (epcis) files.push({ what: 'epcis', address: epcis, file: `${name}.jsonld`, type: 'application/ld+json' })
  if (proof) files.push({ what: 'bundle', address: proof, file: `${name}.pedigree`, type: 'application/cbor' })
  if (receipt)
    files.push({ what: 'receipt', address: receipt, file: `${name}.receipt.pedigree`, type: 'application/cbor' })
  if (sealed)
    files.push({ what: 'sealed', address: sealed, file: `${name}.shipment`, type: 'application/octet-stream' })
  const choice = (what: string, act: () => void) => (
    <li key={what}>
      <button type="button" className="button" disabled={fetched.isPending} onClick={act}>
        {t(`export.${what}`)}
      </button>
      <span className="quiet small">{t(`export.${what}Why`)}</span>
    </li>
  )
  return (
    <>
      <button type="button" className="button no-print" onClick={() => dialog.current?.showModal()}>
        {t('export.open')}
      </button>
      <dialog ref={dialog} aria-label={t('export.title')} className="no-print">
        <div className="inside">
          <h2>{t('export.title')}</h2>
          <ul className="export">
            {choice('print', () => {
              close()
              print()
            })}
            {rows && rows.length > 0
              ? choice('csv', () => {
                  const list = rows as readonly Row[]
                  save(`${name}.csv`, 'text/csv', csvOf([...new Set(list.flatMap((r) => Object.keys(r)))], [...list]))
                  close()
                })
              : null}
            {answer === undefined
              ? null
              : choice('json', () => {
                  save(`${name}.json`, 'application/json', JSON.stringify(answer, null, 2))
                  close()
                })}
            {files.map((f) => choice(f.what, () => fetched.mutate(f)))}
          </ul>
          {fetched.isError ? <Fault error={fetched.error} /> : null}
          <div className="row">
            <button type="button" className="button" onClick={close}>
              {t('close')}
            </button>
          </div>
        </div>
      </dialog>
    </>
  )
}
