import { api, of } from '../../api/client'

/** sessionFor is the session in which a thing is received: the open one that expects it, or a new one of the delivery whose
 * data names it, as its label or inside. Nothing where no delivery that waits does. */
export async function sessionFor(item: string): Promise<number | undefined> {
  const { rows } = await of(api.GET('/api/v1/arrivals', { params: { query: { item } } }))
  const row = rows?.[0]
  if (!row) return undefined
  if (row.session) return row.session
  // Several documents may name it: the node joins them.
  const body = row.delivery ? { delivery: row.delivery } : { item }
  return (await of(api.POST('/api/v1/docks', { body }))).id
}
