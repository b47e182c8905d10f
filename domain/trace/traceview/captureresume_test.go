package traceview

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/internal/crash"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// restart is the desk of an organisation after its process ended and began anew
// on the same private store.
func (x *trade) restart(of string) *Desk {
	old := x.desks[of]
	d := New(Config{Chain: old.chain, Sign: old.sign, Vault: old.vault, Keys: old.keys, Now: old.now})
	x.desks[of] = d
	return d
}

// killAt makes a desk stop at its n-th durable step. It returns where that was.
func killAt(d *Desk, n int64) *atomic.Value {
	var steps atomic.Int64
	where := new(atomic.Value)
	where.Store("")
	d.failAt = func(point crash.Point) error {
		if steps.Add(1) >= n {
			where.CompareAndSwap("", string(point))
			return errCrash
		}
		return nil
	}
	return where
}

// picture is what the ledger and the stock say after a document, without what
// chance and time decide.
type picture struct {
	Origins, Records, Live, Packed, Transit, Ended int
	Stock                                          []string
	Waiting, Operations                            int
}

func (x *trade) picture(of string) picture {
	x.t.Helper()
	var p picture
	for key, value := range x.chain.chain.State.Rows {
		switch key[0] {
		case proof.PrefixOrigin:
			p.Origins++
		case proof.PrefixRecord:
			r, err := proof.DecodeRecord(value)
			if err != nil {
				x.t.Fatal(err)
			}
			p.Records++
			switch r.State {
			case proof.StateLive:
				p.Live++
			case proof.StatePacked:
				p.Packed++
			case proof.StateTransit:
				p.Transit++
			case proof.StateEnded:
				p.Ended++
			}
		}
	}
	err := x.desks[of].vault.View(context.Background(), func(tx *sql.Tx) error {
		list, err := queryItems(tx, itemSelect+`ORDER BY i.path`)
		if err != nil {
			return err
		}
		for _, it := range list {
			p.Stock = append(p.Stock, fmt.Sprintf("%s kind=%d lot=%s sealed=%s/%d surfaced=%v packed=%s status=%d born=%d", it.path, it.kind, it.lot.number, it.sealedIn, it.ordinal, it.surfaced, it.packedIn, it.status, it.born))
		}
		if err := tx.QueryRow(`SELECT COUNT(*) FROM trace_envelope WHERE status = ?`, envelopeWaiting).Scan(&p.Waiting); err != nil {
			return err
		}
		return tx.QueryRow(`SELECT COUNT(*) FROM trace_operation`).Scan(&p.Operations)
	})
	if err != nil {
		x.t.Fatal(err)
	}
	return p
}

// everything is two documents with each kind of act in the second.
func everything(t *testing.T) (before, doc []byte) {
	s := newScene()
	s.pallet(0, 2, 3)
	s.commission(s.packs(100, 20)...)
	before = s.file(t)
	s.pallet(10, 1, 2)
	s.pallet(20, 2, 2)
	s.unpack(s.s.Pallet(20), s.s.Case(40))
	s.pack(s.s.Pallet(21), s.s.Case(40))
	s.unpack(s.s.Pallet(0), s.s.Case(1))
	s.unpack(s.s.Case(1), s.s.Pack(3))
	s.pack(s.s.Pallet(5), append(s.packs(100, 18), s.s.Pack(3))...)
	s.remove("destroying", "destroyed", s.s.Pack(118))
	s.see("holding", "non_sellable_other", s.s.Pack(119))
	s.remove("dispensing", "dispensed", s.s.Pack(2))
	s.ship(s.s.Pallet(10))
	return before, s.file(t)
}

func TestACaptureKilledAtAnyStepIsCompletedAndNothingIsDoneTwice(t *testing.T) {
	before, doc := everything(t)
	whole := newExchange(t)
	whole.prekeys("wholesaler", "maker", 5)
	whole.capture("maker", "before.xml", before, Rollback)
	if r := whole.capture("maker", "all.xml", doc, Rollback); r.Stage != CaptureDone || len(r.Refused)+len(r.Notes) > 0 {
		t.Fatalf("%s: %+v\n%s", r.Stage, r.Notes, faultsOf(r))
	}
	want := whole.picture("maker")
	for n := int64(1); ; n++ {
		x := newExchange(t)
		x.prekeys("wholesaler", "maker", 5)
		x.capture("maker", "before.xml", before, Rollback)
		where := killAt(x.desks["maker"], n)
		_, err := x.desks["maker"].Capture(context.Background(), CaptureRequest{Name: "all.xml", Reader: bytes.NewReader(doc)})
		if err == nil {
			if n < 10 {
				t.Fatalf("only %d durable steps were passed", n-1)
			}
			return
		}
		if !errors.Is(err, errCrash) {
			t.Fatalf("step %d (%s): %v", n, where.Load(), err)
		}
		d := x.restart("maker")
		reports, err := d.Resume(context.Background())
		if err != nil {
			t.Fatalf("step %d (%s): %v", n, where.Load(), err)
		}
		if len(reports) == 0 || n%2 == 0 { // before the capture was noted, only the sender can come again
			if r := x.capture("maker", "all.xml", doc, Rollback); r.Stage != CaptureDone {
				t.Fatalf("step %d (%s): captured again it is %s\n%s", n, where.Load(), r.Stage, faultsOf(r))
			}
		}
		if diff := cmp.Diff(want, x.picture("maker")); diff != "" {
			t.Fatalf("killed at step %d (%s), the outcome differs (-whole +resumed):\n%s", n, where.Load(), diff)
		}
		x.chain.settle()
	}
}

func TestTheSameDocumentAgainIsReportedAsKnown(t *testing.T) {
	x, s := newExchange(t), newScene()
	s.pallet(0, 1, 2)
	doc := s.file(t)
	first := x.capture("maker", "a.xml", doc, Rollback)
	again := x.capture("maker", "b.xml", doc, Rollback)
	if first.Known || !again.Known || again.Document != first.Document || again.Stage != CaptureDone || again.Commissions != 1 {
		t.Errorf("first %+v\nagain %+v", first, again)
	}
}

func TestARefusedOperationIsUndoneAloneAndTriedAgain(t *testing.T) {
	x, s := newExchange(t), newScene()
	s.commission(s.packs(0, 3)...)
	x.taken(s)
	// Behind the desk's back the second pack is held, so the ledger refuses to pack it.
	x.flagged("maker", pathOf(t, s.s.Pack(1)), proof.FlagHeld, 0)
	s.pack(s.s.Pallet(0), s.s.Pack(0))
	s.pack(s.s.Pallet(1), s.s.Pack(1))
	s.remove("destroying", "destroyed", s.s.Pallet(1)) // builds on what is refused
	s.pack(s.s.Pallet(2), s.s.Pack(2))
	doc := s.file(t)
	r := x.capture("maker", "pack.xml", doc, Rollback)
	if r.Stage != CaptureDone || len(r.Refused) != 1 {
		t.Fatalf("%s, refused %+v\n%s", r.Stage, r.Refused, faultsOf(r))
	}
	x.chain.settle()
	check := func(n, state int, in string) {
		t.Helper()
		it, rec, _ := x.standing("maker", pathOf(t, s.s.Pack(n)))
		if int(rec.State) != state || it.packedIn != in {
			t.Errorf("pack %d: %+v, stock %+v", n, rec, it)
		}
	}
	check(0, proof.StatePacked, pathOf(t, s.s.Pallet(0)))
	check(1, proof.StateLive, "")
	check(2, proof.StatePacked, pathOf(t, s.s.Pallet(2)))
	x.flagged("maker", pathOf(t, s.s.Pack(1)), 0, proof.FlagHeld)
	if r := x.capture("maker", "pack.xml", doc, Rollback); r.Stage != CaptureDone || len(r.Refused) != 0 {
		t.Fatalf("again: %s, refused %+v\n%s", r.Stage, r.Refused, faultsOf(r))
	}
	check(0, proof.StatePacked, pathOf(t, s.s.Pallet(0)))
	if it, rec, _ := x.standing("maker", pathOf(t, s.s.Pack(1))); rec.State != proof.StateEnded || it.status != StatusEnded {
		t.Errorf("pack 1 at the end: %+v, stock %+v", rec, it)
	}
	x.chain.settle()
}

// flagged marks a record without the desk's knowledge of why.
func (x *trade) flagged(of, path string, set, clear uint64) {
	x.t.Helper()
	d, ctx := x.desks[of], context.Background()
	var job int64
	err := d.vault.Update(ctx, func(tx *sql.Tx) (err error) {
		if job, err = d.startJob(tx, jobShip, ledgertest.HashOf(path)); err != nil {
			return err
		}
		w := d.begin(tx, job)
		if err := w.flag([]string{path}, set, clear); err != nil {
			return err
		}
		return w.finish()
	})
	if err == nil {
		err = d.carryWhole(ctx, job)
	}
	if err != nil {
		x.t.Fatal(err)
	}
}

func TestAnEnvelopeThatLapsedInTheOutboxIsSignedAnew(t *testing.T) {
	x, s := newExchange(t), newScene()
	s.pallet(0, 1, 2)
	doc := s.file(t)
	d := x.desks["maker"]
	d.failAt = func(point crash.Point) error {
		if point == crash.EntryBefore {
			return errCrash
		}
		return nil
	}
	if _, err := d.Capture(context.Background(), CaptureRequest{Name: "a.xml", Reader: bytes.NewReader(doc)}); !errors.Is(err, errCrash) {
		t.Fatal(err)
	}
	x.chain.pass(3 * 24 * 3600)
	reports, err := x.restart("maker").Resume(context.Background())
	if err != nil || len(reports) != 1 || reports[0].Stage != CaptureDone {
		t.Fatalf("%+v: %v", reports, err)
	}
	it, rec, on := x.standing("maker", pathOf(t, s.s.Pallet(0)))
	if !on || rec.State != proof.StateLive {
		t.Errorf("pallet on the ledger %v: %+v", on, rec)
	}
	var entry []byte
	err = d.vault.View(context.Background(), func(tx *sql.Tx) error {
		return tx.QueryRow(`SELECT entry FROM trace_commission WHERE id = ?`, it.commission).Scan(&entry)
	})
	if _, on := x.chain.chain.State.Marks[proof.Hash(entry)]; err != nil || !on {
		t.Errorf("the commission names entry %x, which is on the ledger: %v (%v)", entry, on, err)
	}
}

func TestAnActOnNewGoodsWaitsForTheirCommission(t *testing.T) {
	x, s := newExchange(t), newScene()
	s.commission(s.packs(0, 40)...)
	s.remove("destroying", "destroyed", s.s.Pack(39))
	d := x.desks["maker"]
	d.failAt = func(point crash.Point) error {
		if point == crash.CapturePlanned {
			return errCrash
		}
		return nil
	}
	if _, err := d.Capture(context.Background(), CaptureRequest{Name: "a.xml", Reader: bytes.NewReader(s.file(t))}); !errors.Is(err, errCrash) {
		t.Fatal(err)
	}
	var commissions, acts int
	err := d.vault.View(context.Background(), func(tx *sql.Tx) error {
		return tx.QueryRow(`SELECT MAX(wave) FILTER (WHERE event IS NULL), MIN(wave) FILTER (WHERE event IS NOT NULL)
			FROM trace_operation o JOIN trace_envelope e ON e.id = o.envelope`).Scan(&commissions, &acts)
	})
	if err != nil || acts <= commissions {
		t.Errorf("commissions stand in wave %d, what builds on them in wave %d: %v", commissions, acts, err)
	}
}
