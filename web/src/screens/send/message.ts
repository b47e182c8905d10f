import type { Schemas } from '../../api/client'

export type Shipment = Schemas['TraceShipmentSummary']
export type Message = 'generating' | 'generated' | 'delivered' | 'generation-failed' | 'delivery-failed'

const byData: Record<string, Message> = {
  made: 'generated',
  sending: 'generated',
  delivered: 'delivered',
  acknowledged: 'delivered',
  'accepted-with-findings': 'delivered',
  rejected: 'delivered',
  failed: 'delivery-failed',
  'given-up': 'delivery-failed',
}

/** messageOf is the state of the message that carries a shipment's data. What is not known here was not delivered. */
export function messageOf(s: Pick<Shipment, 'data' | 'state'>): Message {
  if (s.data === 'none') return s.state === 'refused' ? 'generation-failed' : 'generating'
  return byData[s.data ?? ''] ?? 'generated'
}

/** isFailed tells whether somebody must look at it. */
export const isFailed = (m: Message) => m === 'generation-failed' || m === 'delivery-failed'
