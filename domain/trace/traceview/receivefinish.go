package traceview

import (
	"context"
	"database/sql"

	"pedigree/internal/crash"
	"pedigree/proof"
)

// finish brings the receipt onto the ledger and reports what became of each
// record.
func (in *receiving) finish(ctx context.Context) (ReceiveReport, error) {
	var s shipmentRow
	load := func() error {
		return in.d.vault.View(ctx, func(tx *sql.Tx) (err error) {
			s, err = loadShipment(tx, in.file.ID, false)
			return err
		})
	}
	if err := load(); err != nil {
		return ReceiveReport{}, err
	}
	done, err := in.d.carry(ctx, s.job)
	if err == nil {
		err = in.d.pass(crash.ReceiveCarried)
	}
	if err != nil {
		return ReceiveReport{}, err
	}
	if err := in.d.settleShipment(ctx, in.file.ID); err != nil {
		return ReceiveReport{}, err
	}
	if err := load(); err != nil {
		return ReceiveReport{}, err
	}
	if in.report.Items == nil {
		in.report.Again = true
		in.judge()
	}
	status := map[string]int{}
	for _, it := range s.items {
		status[it.path] = it.status
	}
	outcomes := map[int]Outcome{
		shipmentReceived: Received, shipmentRejected: Rejected, shipmentStopped: NotAccepted, shipmentRefused: Refused, shipmentBack: NotAccepted,
	}
	for i := range in.report.Items {
		it := &in.report.Items[i]
		it.Outcome = outcomes[status[it.Path]]
		if it.Outcome == Refused {
			it.Verdict = Stop
			it.Problems = append(it.Problems, Problem{
				Verdict: Stop, Rule: RuleLedger, Path: it.Path, Text: "the ledger refused the receipt: " + whyRefused(done.refused, it.Path), Next: "try again, or ask the sender to ship it again",
			})
			in.report.Verdict = Stop
		}
	}
	return in.report, in.finishReturn(ctx)
}

// finishReturn says of goods that came back why, and what of them waits on hold, after
// what can be verified at once was released.
func (in *receiving) finishReturn(ctx context.Context) error {
	if !in.content.Return {
		return nil
	}
	if _, err := in.d.VerifyReturns(ctx); err != nil {
		in.d.log.Warn("what came back stays on hold for now", "shipment", in.file.ID, "error", err)
	}
	return in.d.vault.View(ctx, func(tx *sql.Tx) error {
		why, known, err := in.d.returnOf(tx, in.file.ID)
		if err != nil {
			return err
		}
		if known {
			in.report.Why = &why
		}
		for i := range in.report.Items {
			it := &in.report.Items[i]
			if it.Outcome != Received {
				continue
			}
			flags, err := in.d.flagsOf(tx, it.Path)
			if err != nil {
				return err
			}
			it.OnHold = flags&proof.FlagHeld != 0
		}
		return nil
	})
}
