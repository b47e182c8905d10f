import { Link } from '@tanstack/react-router'
import { Fragment, type ReactNode } from 'react'
import { useMe } from '../../app/me'
import { Ask } from '../../parts/Ask'
import { Fault } from '../../parts/Fault'
import { useWords } from '../../words'
import { AskSeller } from '../AskSeller'
import type { Checked } from '../Batch'
import { Release } from '../Release'
import { Unsuspect } from '../Unsuspect'
import { PrintLabel } from './Label'
import { isStrange, type Offer, offered, type Reason, sellerFor } from './offered'
import { SendBack } from './SendBack'
import { useActs } from './useActs'

/** Actions are what can be done now: three at most, the likeliest first. */
export function Actions({
  checked,
  reason,
  done,
  again,
}: {
  checked: Checked
  reason: Reason
  /** is told what was done, where nothing else changes */
  done: (act: string) => void
  /** asks the node anew after what was done, for it answers otherwise now */
  again: (after: string) => void
}) {
  const t = useWords()
  const { may } = useMe()
  const { answer } = checked
  const { path } = answer
  const act = useActs(checked, reason, done, again)
  const sure = (what: 'dispense' | 'hold' | 'report', main: boolean) => (
    <Ask
      main={main}
      label={t(`scan.${what}`)}
      sure={t(`scan.sure.${what}`)}
      busy={act.isPending}
      act={() => act.mutate(what)}
    />
  )
  const plain = (what: 'ask' | 'check', label: string) => (
    <button type="button" className="button" disabled={act.isPending} onClick={() => act.mutate(what)}>
      {label}
    </button>
  )
  const buttons: Record<Offer, (main: boolean) => ReactNode> = {
    dispense: (main) => sure('dispense', main),
    hold: (main) => sure('hold', main),
    report: () => sure('report', false),
    release: () => <Release path={path} mark="held" done={() => again(t('scan.released'))} />,
    unsuspect: () => <Unsuspect answer={answer} done={() => again(t('scan.unsuspected'))} />,
    seller: () => <AskSeller path={path} rule={sellerFor(checked) ?? ''} main={isStrange(checked)} />,
    back: () => <SendBack path={path} done={done} />,
    ask: () => plain('ask', t('scan.ask')),
    later: () => plain('check', t('scan.checkLater')),
    label: () => <PrintLabel answer={answer} />,
    journey: () => (
      <Link className="button" to="/journey" search={{ id: path }}>
        {t('scan.journey')}
      </Link>
    ),
  }
  return (
    <div className="stack tight">
      <div className="row">
        {offered(checked, reason, may).map((offer, i) => (
          <Fragment key={offer}>{buttons[offer](i === 0)}</Fragment>
        ))}
      </div>
      {act.isError ? <Fault error={act.error} /> : null}
    </div>
  )
}
