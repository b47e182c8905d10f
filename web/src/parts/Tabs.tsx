import type { ReactNode } from 'react'

/** Tabs are the parts of a page of which one is shown in the panel, the element with the id "panel". The arrow keys go from one to the next. */
export function Tabs<T extends string>({
  tabs,
  now,
  set,
  name,
  label,
}: {
  tabs: readonly T[]
  now: T
  set: (tab: T) => void
  name: (tab: T) => ReactNode
  label?: string
}) {
  return (
    <div className="tabs no-print" role="tablist" aria-label={label}>
      {tabs.map((tab, i) => (
        <button
          key={tab}
          type="button"
          role="tab"
          id={`tab-${tab}`}
          aria-selected={now === tab}
          aria-controls="panel"
          tabIndex={now === tab ? 0 : -1}
          onClick={() => set(tab)}
          onKeyDown={(e) => {
            const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key]
            const to = step && tabs[(i + step + tabs.length) % tabs.length]
            if (!to) return
            set(to)
            document.getElementById(`tab-${to}`)?.focus()
          }}
        >
          {name(tab)}
        </button>
      ))}
    </div>
  )
}
