import type { Schemas } from '../../api/client'
import { useMe } from '../../app/me'
import { Fault, Skeleton } from '../../parts/Fault'
import { Loads } from '../../parts/load/Load'
import { Rows } from '../../parts/Rows'
import { SaveCsv } from '../../parts/SaveCsv'
import { When } from '../../parts/When'
import { useWords } from '../../words'
import { dayOf } from './Authority'
import { useLists } from './book'
import { GiveList } from './GiveList'
import { ListLoad } from './ListLoad'

const today = () => new Date().toISOString().slice(0, 10)

/** Lists are the licence lists that were loaded, each with the day that it is of, and the form to load one more. */
export function Lists() {
  const t = useWords()
  const me = useMe()
  const q = useLists()
  const list = q.data ?? []
  return (
    <>
      <div className="row spread">
        <p className="quiet">{t('partners.list.intro')}</p>
        <SaveCsv
          file="licence-lists.csv"
          columns={['id', 'source', 'kind', 'role', 'place', 'as_of', 'until', 'loaded', 'rows', 'bad']}
          rows={list}
        />
      </div>
      {me.may('keep-partners') ? <GiveList sources={[...new Set(list.map((l) => l.source))].sort()} /> : null}
      <Loads kind="load-licence-list" queryKey={['listloads']} one={(job) => <ListLoad key={job} job={job} />} />
      {q.isPending ? <Skeleton lines={4} /> : null}
      {q.isError ? <Fault error={q.error} again={() => void q.refetch()} /> : null}
      {q.data && list.length === 0 ? (
        <div className="empty">
          <p>{t('partners.list.none')}</p>
        </div>
      ) : null}
      {list.length > 0 ? <Table list={list} /> : null}
    </>
  )
}

function Table({ list }: { list: Schemas['PartnerList'][] }) {
  const t = useWords()
  const heads = ['source', 'kind', 'about', 'asOf', 'until', 'rows', 'loaded'].map((h) => t(`partners.list.${h}`))
  return (
    <Rows label={t('partners.tabs.lists')} heads={heads} long>
      {list.map((l) => (
        <tr key={l.id}>
          <td className="code">{l.source}</td>
          <td>{t(`partners.kinds.${l.kind}`, { defaultValue: l.kind ?? '' })}</td>
          <td>{[t(`partners.roles.${l.role}`, { defaultValue: l.role ?? '' }), l.place].filter(Boolean).join(', ')}</td>
          <td>{dayOf(l.as_of)}</td>
          <td>
            {dayOf(l.until)}
            {l.until && l.until < today() ? <span className="light tell small"> {t('partners.list.old')}</span> : null}
          </td>
          <td>
            {l.rows}
            {l.bad > 0 ? <span className="quiet small"> · {t('partners.list.bad', { count: l.bad })}</span> : null}
          </td>
          <td>
            <When at={l.loaded} />
          </td>
        </tr>
      ))}
    </Rows>
  )
}
