import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { askVerdict } from '../offline/ask'
import { Fault, Skeleton } from '../parts/Fault'
import { UnitId } from '../parts/Unit'
import { Verdict } from '../parts/Verdict'
import { useWords } from '../words'
import { recognise } from './recognise'
import { useScans } from './scans'

/** Scanned answers about a code beside a page on which something is typed, which stays as it is. */
export function Scanned({ code, close }: { code: string; close: () => void }) {
  const t = useWords()
  const dialog = useRef<HTMLDialogElement>(null)
  const check = useMutation({ mutationFn: async (text: string) => (await askVerdict(text)).answer })
  const take = check.mutate
  useScans(take)
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal()
    take(code)
  }, [code, take])
  const answer = check.data
  const asked = check.variables ?? code
  return (
    <dialog ref={dialog} className="drawer" aria-label={t('beside.title')} onClose={close}>
      <div className="inside" aria-live="assertive">
        <h2>{t('beside.title')}</h2>
        <p className="quiet">{t('beside.stays')}</p>
        {check.isPending ? <Skeleton /> : null}
        {check.isError ? <Fault error={check.error} again={() => take(asked)} /> : null}
        {answer && !check.isPending ? (
          <Verdict answer={answer}>
            {answer.path ? <UnitId path={answer.path} product={answer.product} /> : <p className="code">{asked}</p>}
          </Verdict>
        ) : null}
        <div className="row">
          <button type="button" className="button main" onClick={() => dialog.current?.close()}>
            {t('beside.back')}
          </button>
          <a
            className="button"
            href={`/console/scan?item=${encodeURIComponent(recognise(asked).text)}`}
            target="_blank"
            rel="noreferrer"
          >
            {t('beside.more')}
          </a>
        </div>
      </div>
    </dialog>
  )
}
