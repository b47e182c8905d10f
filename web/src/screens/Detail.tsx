import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { raw } from '../api/client'
import { addressOf, useModules } from '../app/openapi'
import { Export } from '../parts/Export'
import { Fault, Skeleton } from '../parts/Fault'
import { Fields } from '../parts/Value'
import { useWords } from '../words'

/** Detail shows one thing of a list with all that the node says of it, and what can be done with it. */
export function Detail() {
  const t = useWords()
  const { list, id } = useParams({ strict: false }) as { list: string; id: string }
  const modules = useModules()
  const found = modules.data?.lists.find((l) => l.id === list)
  const get = found?.detail
  const parameter = get?.parameters.find((p) => p.in === 'path')?.name ?? 'id'
  const address = get ? addressOf(get, { [parameter]: id }) : ''
  const q = useQuery({ queryKey: ['detail', address], queryFn: () => raw('GET', address), enabled: address !== '' })
  if (modules.isError && !modules.data) return <Fault error={modules.error} again={() => void modules.refetch()} />
  if (modules.data && !get) return <Fault error={new Error(t('fault.notFound'))} />
  if (q.isError && !q.data) return <Fault error={q.error} again={() => void q.refetch()} />
  if (!q.data || !found || !get) return <Skeleton lines={6} />
  const acts = modules.data?.acts.filter((a) => a.path === get.path || a.path.startsWith(`${get.path}/`)) ?? []
  return (
    <>
      <nav className="small no-print" aria-label={t('module.lists')}>
        <Link to="/all/$list" params={{ list }} search={{}}>
          {found.summary}
        </Link>
      </nav>
      <div className="row spread">
        <h1>
          {t('module.detail')} <span className="code">{id}</span>
        </h1>
        <Export name={`${list}-${id}`} rows={[q.data as object]} answer={q.data} />
      </div>
      <Fields of={q.data as Record<string, unknown>} />
      {acts.length > 0 ? (
        <section className="stack tight no-print">
          <h2>{t('module.acts')}</h2>
          <div className="row">
            {acts.map((a) => (
              <Link key={a.id} className="button" to="/do/$act" params={{ act: a.id }} search={{ [parameter]: id }}>
                {a.summary}
              </Link>
            ))}
          </div>
        </section>
      ) : null}
    </>
  )
}
