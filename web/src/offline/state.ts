// What every page knows of the connection and of this device: small, for the first screen has it inside.
import { useSyncExternalStore } from 'react'
import type { Act } from './acts'

export type Device = {
  /** Since when the node gives no answer, in milliseconds; nothing while it does. */
  away?: number
  /** The list on this device: when it was made and until when it holds, both by the node's clock as this device knows it. */
  list?: { at: number; until: number; goods: number; whole: boolean; notices: number; noticesOf?: string }
  /** What this person did here that the node has not taken yet, or has lately. */
  acts: Act[]
  /** How many acts of other people wait on this device. */
  others: number
  /** A newer version of these pages, ready to take over. */
  newer?: ServiceWorker
  /** Why this browser keeps nothing, where it doesn't. */
  full?: boolean
}

const keptSince = 'pedigree.away'
const noted = Number(localStorage.getItem(keptSince)) || undefined
let now: Device = { acts: [], others: 0, away: noted }
const hearers = new Set<() => void>()

export const device = () => now

export function setDevice(change: Partial<Device>) {
  now = { ...now, ...change }
  for (const hear of hearers) hear()
}

/** answered notes whether the node gave an answer; the time since when it gives none outlives the page. */
export function answered(yes: boolean) {
  if (yes === (now.away === undefined)) return
  const away = yes ? undefined : Date.now()
  if (away) localStorage.setItem(keptSince, String(away))
  else localStorage.removeItem(keptSince)
  setDevice({ away })
}

export function useDevice(): Device {
  return useSyncExternalStore((hear) => {
    hearers.add(hear)
    return () => hearers.delete(hear)
  }, device)
}

/** waiting are the acts that are not sent yet; refused those that a person has to look at. */
export const waiting = (d: Device) => d.acts.filter((a) => a.state === 'waiting')
export const refused = (d: Device) => d.acts.filter((a) => a.state === 'refused')
