package traceview

import (
	"context"
	"database/sql"

	"pedigree/internal/crash"
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
	return in.report, nil
}
