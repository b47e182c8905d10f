import { useWords } from '../words'
import { save } from './save'
import { csvOf } from './word'

/** SaveCsv gives the person rows as a file, with the columns named. */
export function SaveCsv({ file, columns, rows }: { file: string; columns: string[]; rows: readonly object[] }) {
  const t = useWords()
  return (
    <button
      type="button"
      className="button no-print"
      disabled={rows.length === 0}
      onClick={() => save(file, 'text/csv', csvOf(columns, rows as never))}
    >
      {t('module.csv')}
    </button>
  )
}
