import { useWords } from '../words'

/** ListEnd stands below a list that comes in pages: how many rows are there, and the next of them. */
export function ListEnd({ count, more, busy }: { count: number; more?: () => unknown; busy: boolean }) {
  const t = useWords()
  return (
    <div className="row spread">
      <p className="quiet" role="status">
        {t('module.rows', { count })}
      </p>
      {more ? (
        <button type="button" className="button no-print" disabled={busy} onClick={() => void more()}>
          {t('module.more')}
        </button>
      ) : null}
    </div>
  )
}
