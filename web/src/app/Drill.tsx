import { useEffect } from 'react'
import { useWords } from '../words'
import { useMe } from './me'

/** Who is signed in is kept by a device for a shift, so a drill is said without a connection too. */
const useDrill = () => useMe().data?.drill

/** DrillState says in the bar whether this is for practice; nothing until that is known. */
export function DrillState() {
  const t = useWords()
  const drill = useDrill()
  return drill === undefined ? null : <span className="drillstate">{t(drill ? 'drill.on' : 'drill.off')}</span>
}

/** DrillBanner stands on every screen of a network for practice, and behind what is printed of it. */
export function DrillBanner() {
  const t = useWords()
  const drill = useDrill() === true
  useEffect(() => {
    document.documentElement.toggleAttribute('data-drill', drill) // for the names of files that are saved
  }, [drill])
  return drill ? (
    <>
      <p className="banner drill" role="status">
        <strong>{t('drill.banner')}</strong> {t('drill.note')}
      </p>
      <div className="watermark" aria-hidden="true">
        {t('drill.mark')}
      </div>
    </>
  ) : null
}
