import { Link } from '@tanstack/react-router'
import type { Schemas } from '../../api/client'
import { addressWith, uploadFor } from '../../api/upload'
import { useMe } from '../../app/me'
import { Ask } from '../../parts/Ask'
import { Sent, useWork } from '../../parts/Sent'
import { useWords } from '../../words'

/** Capture leads on from trying a file to taking it in. */
export function Capture({ file }: { file: File }) {
  const t = useWords()
  const { may } = useMe()
  const work = useWork<Schemas['TraceCaptureReport']>()
  if (!may('capture')) return null
  if (work.data)
    return (
      <p role="status">
        {t('file.captured', { document: work.data.document })}{' '}
        {work.data.job ? (
          <Link to="/all/$list/$id" params={{ list: 'list-jobs', id: String(work.data.job) }}>
            {t('file.follow')}
          </Link>
        ) : null}
      </p>
    )
  return (
    <div className="stack">
      <Ask
        label={t('file.capture')}
        sure={t('file.captureSure')}
        main
        busy={work.part !== undefined}
        act={() =>
          work.run((s) => uploadFor(addressWith('/api/v1/captures', { name: file.name, async: true }), file, s))
        }
      />
      <Sent work={work} name={file.name} />
    </div>
  )
}
