import { type ReactNode, useMemo } from 'react'
import type { Schemas } from '../../api/client'
import { Rows } from '../../parts/Rows'
import { When } from '../../parts/When'
import { useWords } from '../../words'
import outline from './outline.json'
import { type Leg, type Stop, stopsOf, viewOf } from './places'

/** Places is where a thing has been: an outline map, and a table that says the same. */
export function Places({ trace }: { trace: Schemas['TraceTrace'] }) {
  const t = useWords()
  const { stops, legs } = useMemo(() => stopsOf(trace.steps ?? [], trace.places ?? []), [trace])
  if (stops.length === 0)
    return (
      <div className="empty">
        <p>{t('trail.placesNone')}</p>
      </div>
    )
  return (
    <>
      {stops.some((s) => s.at) ? <Outline stops={stops} legs={legs} /> : <p className="quiet">{t('trail.mapNone')}</p>}
      <Rows
        label={t('trail.tabs.places')}
        heads={['#', t('trail.place'), t('trail.address'), t('trail.first'), t('trail.last'), t('trail.basis')]}
      >
        {stops.map((s, i) => (
          <tr key={s.where}>
            <td>{i + 1}</td>
            <td>
              {s.name || <span className="quiet">{t('trail.nameless')}</span>}
              <br />
              <span className="code quiet">{s.where}</span>
            </td>
            <td>{s.address || <span className="quiet">–</span>}</td>
            <td>
              <When at={s.first} />
            </td>
            <td>
              <When at={s.last} />
            </td>
            <td>{t(`trail.how.${s.how}`)}</td>
          </tr>
        ))}
      </Rows>
      <p className="quiet small">{t('trail.mapNote')}</p>
    </>
  )
}

type Point = { stop: Stop; number: number; x: number; y: number }

// pointsOf puts stops on the map; those at one spot stand side by side.
function pointsOf(stops: Stop[], unit: number, stretch: number): Map<number, Point> {
  const taken: [number, number][] = []
  const points = new Map<number, Point>()
  stops.forEach((stop, i) => {
    if (!stop.at) return
    let x = stop.at[0] * 10
    const y = -stop.at[1] * 10 * stretch
    while (taken.some(([a, b]) => Math.hypot(a - x, b - y) < unit * 3.4)) x += unit * 3.5
    taken.push([x, y])
    points.set(i, { stop, number: i + 1, x, y })
  })
  return points
}

function Outline({ stops, legs }: { stops: Stop[]; legs: Leg[] }): ReactNode {
  const t = useWords()
  const view = viewOf(stops.flatMap((s) => (s.at ? [s.at] : [])))
  const unit = view.width / 100
  const points = pointsOf(stops, unit, view.stretch)
  return (
    <figure className="outline">
      <svg viewBox={`${view.x} ${view.y} ${view.width} ${view.height}`} role="img" aria-label={t('trail.map')}>
        <g transform={`scale(1 ${view.stretch})`} className="borders">
          <path d={outline.states} className="state" />
          <path d={outline.countries} />
        </g>
        {legs.map((l) => {
          const [a, b] = [points.get(l.from), points.get(l.to)]
          if (!a || !b) return null
          const bend = unit * 4
          return (
            <path
              key={`${l.from} ${l.to}`}
              className={`leg ${l.broken ? 'broken' : ''}`}
              d={`M${a.x} ${a.y}Q${(a.x + b.x) / 2} ${(a.y + b.y) / 2 - bend} ${b.x} ${b.y}`}
            />
          )
        })}
        {[...points.values()].map((p) => (
          <g key={p.number} className={`stop ${p.stop.how}`}>
            <circle cx={p.x} cy={p.y} r={unit * 1.6} />
            <text x={p.x} y={p.y} fontSize={unit * 1.9}>
              {p.number}
            </text>
          </g>
        ))}
      </svg>
      <figcaption className="quiet small">{t('trail.outline')}</figcaption>
    </figure>
  )
}
