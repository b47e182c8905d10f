import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

/** ShipmentLink leads to a shipment: one that went out has a page of its own under Sending. */
export function ShipmentLink({ id, outgoing, children }: { id: string; outgoing: boolean; children: ReactNode }) {
  return outgoing ? (
    <Link to="/send/$shipment" params={{ shipment: id }}>
      {children}
    </Link>
  ) : (
    <Link to="/all/$list/$id" params={{ list: 'list-shipments', id }}>
      {children}
    </Link>
  )
}
