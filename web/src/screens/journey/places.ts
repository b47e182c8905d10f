// Where the places of a history lie on the map, and how that is known.
import type { Schemas } from '../../api/client'
import outline from './outline.json'

export type How = 'exact' | 'state' | 'country' | 'none'
export type Stop = {
  where: string
  name: string
  address: string
  how: How
  at?: [lon: number, lat: number]
  first: string
  last: string
  steps: number
}
/** A leg is a way between two stops that both are on the map; broken when something without a place lies between. */
export type Leg = { from: number; to: number; broken: boolean }

const middles = outline.at as unknown as Record<string, [number, number]>
const known = (text: string | undefined) => (text ?? '').trim().toUpperCase()

/** locate finds a place by what master data says of it: by degrees, else by its state, else by its country. */
export function locate(p: Partial<Schemas['TraceTracePlace']> | undefined): { at?: [number, number]; how: How } {
  if (p?.lat !== undefined && p.lon !== undefined && p.lat !== null && p.lon !== null)
    return { at: [p.lon, p.lat], how: 'exact' }
  const country = known(p?.country)
  const state = known(p?.state).replace(/^US-/, '')
  if (country === 'US' || (country === '' && state.length === 2)) {
    const at = middles[`US-${state}`]
    if (at) return { at, how: 'state' }
  }
  const at = middles[country]
  return at ? { at, how: 'country' } : { how: 'none' }
}

/** stopsOf are the places of the steps in the order in which they were first reached. */
export function stopsOf(
  steps: Pick<Schemas['TraceTraceStep'], 'where' | 'place' | 'time'>[],
  places: Partial<Schemas['TraceTracePlace']>[],
): { stops: Stop[]; legs: Leg[] } {
  const stops: Stop[] = []
  const legs: Leg[] = []
  let last: number | undefined
  let broken = false
  for (const s of steps) {
    if (!s.where) {
      broken = last !== undefined
      continue
    }
    let i = stops.findIndex((p) => p.where === s.where)
    if (i < 0) {
      const p = places.find((q) => q.where === s.where)
      const address = [p?.city, p?.state, p?.country].filter(Boolean).join(', ')
      stops.push({
        where: s.where,
        name: s.place || p?.name || '',
        address,
        ...locate(p),
        first: s.time,
        last: s.time,
        steps: 0,
      })
      i = stops.length - 1
    }
    const stop = stops[i] as Stop
    stop.steps++
    stop.last = s.time
    if (!stop.at) {
      broken = last !== undefined
      continue
    }
    if (last !== undefined && last !== i) legs.push({ from: last, to: i, broken })
    last = i
    broken = false
  }
  return { stops, legs }
}

export type View = { x: number; y: number; width: number; height: number; stretch: number }

/** viewOf is the part of the map that holds all stops, in tenths of a degree; stretch makes distances to the north as long as those to the east. */
export function viewOf(points: [number, number][]): View {
  const lons = points.map((p) => p[0])
  const lats = points.map((p) => p[1])
  const [west, east] = [Math.min(...lons), Math.max(...lons)]
  const [south, north] = [Math.min(...lats), Math.max(...lats)]
  const middle = (south + north) / 2
  const stretch = 1 / Math.max(0.4, Math.cos((middle * Math.PI) / 180))
  const least = 18 // degrees to the east
  let width = Math.max(least, (east - west) * 1.5)
  let height = (Math.max(0, north - south) * 1.6 + 4) * stretch
  if (height < width * 0.5) height = width * 0.5
  if (width < height * 1.6) width = height * 1.6
  const x = (west + east) / 2 - width / 2
  const y = -middle * stretch - height / 2
  return { x: x * 10, y: y * 10, width: width * 10, height: height * 10, stretch }
}
