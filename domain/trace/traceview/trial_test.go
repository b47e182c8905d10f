package traceview

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"pedigree/domain/trace"
	"pedigree/internal/api"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// left is what acts have left at a desk: jobs, envelopes, and the marks of a thing.
func (x *trade) left(at, path string) (jobs, envelopes int, flags string) {
	x.t.Helper()
	ctx := context.Background()
	list, err := x.desks[at].vault.Jobs(ctx, vault.JobFilter{Limit: 1000})
	if err != nil {
		x.t.Fatal(err)
	}
	err = x.desks[at].vault.View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRow(`SELECT COUNT(*) FROM trace_envelope`).Scan(&envelopes)
	})
	if err != nil {
		x.t.Fatal(err)
	}
	return len(list), envelopes, x.rule(at, path)
}

func TestAnActThatIsOnlyLookedAtLeavesNothing(t *testing.T) {
	x := newExchange(t)
	s := testShipment(1, 2, 3)
	x.pallets("maker", s)
	d := x.desks["maker"]
	look, do := api.LookOnly(context.Background()), context.Background()
	pack, other := pathOf(t, s.Pack(0)), pathOf(t, s.Pack(1))
	jobs, envelopes, rule := x.left("maker", pack)
	acts := map[string]func(ctx context.Context) error{
		"mark":   func(ctx context.Context) error { _, err := d.Mark(ctx, []string{pack}, proof.FlagHeld, 0); return err },
		"unpack": func(ctx context.Context) error { _, err := d.Unpack(ctx, "", []string{other}); return err },
		"depart": func(ctx context.Context) error {
			_, err := d.Leave(ctx, LeaveRequest{Items: []string{other}})
			return err
		},
		"nothing": func(ctx context.Context) error {
			_, err := d.Mark(ctx, []string{pack}, 0, proof.FlagStolen)
			return err
		},
	}
	for name, act := range acts {
		if err := act(look); !errors.As(err, new(api.Would)) {
			t.Errorf("%s: %v", name, err)
		}
		if j, e, r := x.left("maker", pack); j != jobs || e != envelopes || r != rule {
			t.Errorf("%s left %d jobs, %d envelopes, %s; before: %d, %d, %s", name, j, e, r, jobs, envelopes, rule)
		}
	}
	// What is refused is refused alike, by the stock and by the ledger.
	_, looked := d.Mark(look, []string{"/01/00399991123455/21/nowhere"}, proof.FlagHeld, 0)
	_, done := d.Mark(do, []string{"/01/00399991123455/21/nowhere"}, proof.FlagHeld, 0)
	if looked == nil || errors.As(looked, new(api.Would)) || done == nil || looked.Error() != done.Error() {
		t.Errorf("it would be refused with %v, and is with %v", looked, done)
	}
	// What was looked at can be done afterwards, and reads as if nobody had looked.
	if entries, err := d.Mark(do, []string{pack}, proof.FlagHeld, 0); err != nil || len(entries) == 0 {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	x.sound()
}

func TestTheLedgersRefusalEndsADryRun(t *testing.T) {
	x := newExchange(t)
	s := testShipment(1, 1, 3)
	x.pallets("maker", s)
	x.chain.deny = 1
	_, err := x.desks["maker"].Mark(api.LookOnly(context.Background()), []string{s.Pack(0)}, proof.FlagHeld, 0)
	if ledger.CodeOf(err) != trace.CodeStopped {
		t.Errorf("the ledger takes nothing, and a dry run ends with %v", err)
	}
}
