// What a person is here for, told from what they may do: it decides which places stand in
// the rail and what the inbox begins with. It allows nothing: permissions do.
import type { Schemas } from '../api/client'

export type Face = 'owner' | 'pharmacist' | 'serialization' | 'clerk' | 'admin' | 'inspector' | 'operator'

/** faceOf is the first of the faces that fits. */
export function faceOf(me: Pick<Schemas['Me'], 'kind' | 'permissions'> | undefined): Face {
  const may = (permission: string) => (me?.permissions ?? []).includes(permission)
  if (me?.kind === 'owner') return 'owner'
  if (may('dispense')) return 'pharmacist'
  if (may('capture')) return 'serialization'
  if (may('receive') || may('ship')) return 'clerk'
  if (may('manage-people')) return 'admin'
  if (may('read-goods')) return 'inspector'
  return 'operator'
}
