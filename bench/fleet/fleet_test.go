package fleet_test

import (
	"context"
	"os"
	"testing"
	"time"

	"pedigree/bench/fleet"
	"pedigree/internal/netns"
	"pedigree/proof"
)

func TestMain(m *testing.M) {
	if fleet.IsChild() {
		os.Exit(fleet.Child())
	}
	os.Exit(m.Run())
}

func start(t *testing.T, c fleet.Config) *fleet.Fleet {
	t.Helper()
	c.Dir = t.TempDir()
	f, err := fleet.Start(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Stop(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func shape(t *testing.T) fleet.BareShape {
	t.Helper()
	size, err := fleet.ShipBytes()
	if err != nil {
		t.Fatal(err)
	}
	return fleet.BareShape{Bytes: size, Signatures: 2}
}

func TestALoadCommitsWhatWasPrepared(t *testing.T) {
	for _, c := range []fleet.Config{
		{Kind: fleet.Bare, Bare: shape(t)},
		{Kind: fleet.Ledger},
		{Kind: fleet.Bare, Count: 2, Bare: shape(t)},
		{Kind: fleet.Ledger, Count: 4},
	} {
		f := start(t, c)
		if err := f.Prepare(40); err != nil {
			t.Fatal(err)
		}
		senders := int64(max(c.Count, 1))
		r, err := f.Load(fleet.Load{InFlight: 16, Submitters: 4, Duration: time.Minute, Count: 30})
		if err != nil {
			t.Fatalf("%s %d: %v", c.Kind, c.Count, err)
		}
		if r.Committed != 30*senders || r.Latency.TotalCount() != 30*senders || r.PerSecond() <= 0 {
			t.Errorf("%s %d: %v", c.Kind, c.Count, r)
		}
		if (r.At > 0) != (c.Kind == fleet.Ledger) {
			t.Errorf("%s: %d state keys", c.Kind, r.At)
		}
		one, err := f.Load(fleet.Load{Rate: 100, Duration: time.Minute, First: true})
		if err != nil {
			t.Fatal(err)
		}
		if one.Committed != 10 {
			t.Errorf("%s %d: %d committed, the 10 that were left are wanted", c.Kind, c.Count, one.Committed)
		}
		if _, err := f.Load(fleet.Load{Duration: time.Second}); err == nil {
			t.Error("a load of nothing was made")
		}
		if err := f.Hold(); err != nil {
			t.Error(err)
		}
		if err := f.Release(); err != nil {
			t.Error(err)
		}
		if s, err := f.Status(0); err != nil || s.Height == 0 || s.Prepared != 0 || s.Start <= 0 {
			t.Errorf("status %+v, %v", s, err)
		}
	}
}

func TestReceiptsAndBundlesHold(t *testing.T) {
	f := start(t, fleet.Config{Kind: fleet.Ledger, Count: 4})
	if err := f.Prepare(20); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Load(fleet.Load{InFlight: 8, Duration: time.Minute}); err != nil {
		t.Fatal(err)
	}
	list, err := f.Receipts(3)
	if err != nil {
		t.Fatal(err)
	}
	trust, err := proof.ParseTrust(list.Trust)
	if err != nil {
		t.Fatal(err)
	}
	for _, raw := range list.Receipts {
		r, err := proof.DecodeReceipt(raw)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Verify(trust); err != nil {
			t.Error(err)
		}
	}
	for _, hops := range []int{0, 1, 2} {
		j, err := f.Journey(hops)
		if err != nil {
			t.Fatal(err)
		}
		b, err := proof.DecodeBundle(j.Bundle)
		if err != nil {
			t.Fatal(err)
		}
		report, err := b.Verify(trust, proof.Options{})
		if err != nil || report.Outcome() != proof.Proved {
			t.Errorf("after %d hops: %s, %v", j.Hops, report.Outcome(), err)
		}
	}
}

func TestALedgerGoesOnAfterARestart(t *testing.T) {
	f := start(t, fleet.Config{Kind: fleet.Ledger})
	if err := f.Prepare(20); err != nil {
		t.Fatal(err)
	}
	before, err := f.Status(0)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Restart(context.Background()); err != nil {
		t.Fatal(err)
	}
	after, err := f.Status(0)
	if err != nil || after.Blocks < before.Height {
		t.Errorf("%+v after %+v, %v", after, before, err)
	}
	if m, err := f.Memory(0); err != nil || m.Resident <= 0 || m.Heap <= 0 {
		t.Errorf("memory %+v, %v", m, err)
	}
}

func TestAFleetGoesOnWithoutOneOfFour(t *testing.T) {
	f := start(t, fleet.Config{Kind: fleet.Ledger, Count: 4, Lanes: netns.Usable() == nil})
	if err := f.Prepare(20); err != nil {
		t.Fatal(err)
	}
	if err := f.Kill(3); err != nil {
		t.Fatal(err)
	}
	if f.Kill(3) == nil || f.Again(0) == nil {
		t.Error("one that is down was killed, or one that runs was started")
	}
	r, err := f.Load(fleet.Load{InFlight: 12, Duration: time.Minute, Count: 10})
	if err != nil || r.Committed != 30 {
		t.Fatalf("%v, %v", r, err)
	}
	if err := f.Again(3); err != nil {
		t.Fatal(err)
	}
	if err := f.Prepare(5); err != nil { // of units that the killed one did not use
		t.Fatal(err)
	}
	r, err = f.Load(fleet.Load{InFlight: 12, Duration: time.Minute, Count: 5})
	if err != nil || r.Committed != 20 {
		t.Fatalf("%v, %v", r, err)
	}
}

func TestHalfAFleetStillProvesWhatIsOnTheLedger(t *testing.T) {
	f := start(t, fleet.Config{Kind: fleet.Ledger, Count: 4})
	if err := f.Prepare(20); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Load(fleet.Load{InFlight: 8, Duration: time.Minute}); err != nil {
		t.Fatal(err)
	}
	if err := f.Prepare(1); err != nil { // the last block changes the state, and no header signs that any more
		t.Fatal(err)
	}
	for _, i := range []int{2, 3} {
		if err := f.Kill(i); err != nil {
			t.Fatal(err)
		}
	}
	list, err := f.Receipts(5)
	if err != nil {
		t.Fatal(err)
	}
	trust, err := proof.ParseTrust(list.Trust)
	if err != nil {
		t.Fatal(err)
	}
	for _, raw := range list.Receipts {
		r, err := proof.DecodeReceipt(raw)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Verify(trust); err != nil {
			t.Error(err)
		}
	}
}

func TestAnImpossibleFleetIsRefused(t *testing.T) {
	for name, c := range map[string]fleet.Config{
		"of too many":        {Dir: t.TempDir(), Kind: fleet.Bare, Count: fleet.ValidatorsMax + 1},
		"of less than none":  {Dir: t.TempDir(), Kind: fleet.Bare, Count: -1},
		"without a folder":   {Kind: fleet.Bare},
		"of an unknown kind": {Dir: t.TempDir(), Kind: "other"},
		"of a wrong shape":   {Dir: t.TempDir(), Kind: fleet.Bare, Bare: fleet.BareShape{Bytes: 1, Signatures: 2}},
	} {
		if _, err := fleet.Start(context.Background(), c); err == nil {
			t.Errorf("a fleet %s was started", name)
		}
	}
}
