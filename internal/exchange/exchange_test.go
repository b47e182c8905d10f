package exchange

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

func TestADeliveryArrivesOnceAndIsSignedFor(t *testing.T) {
	w := newTown(t)
	id := w.maker.note("wholesaler", "the pallet is on its way")
	w.maker.turn()
	s := w.maker.sent(id)
	if s.State != "delivered" || s.Delivered == nil {
		t.Fatalf("the delivery is %s: %s", s.State, s.Reason)
	}
	r, err := DecodeReceipt(s.Delivered.Receipt)
	if err != nil || !r.Verify(ledgertest.Key("wholesaler")) || r.ID != id {
		t.Errorf("the receipt is not the wholesaler's for this delivery: %v", err)
	}
	w.wholesaler.turn()
	w.maker.turn()
	w.wholesaler.turn()
	if diff := cmp.Diff(w.wholesaler.saw, []proof.Hash{id}); diff != "" {
		t.Errorf("the note was not dealt with once:\n%s", diff)
	}
	if got := w.wholesaler.content(id); string(got) != "the pallet is on its way" {
		t.Errorf("it reads %q", got)
	}
	if got := w.wholesaler.inbox()[0]; got.State != "done" || got.From != "maker" || got.Verdict != "ok" {
		t.Errorf("the inbox has %+v", got)
	}
}

func TestALargeDeliveryGoesInChunks(t *testing.T) {
	w := newTown(t)
	for _, size := range []int{0, 1, plainChunk - 1, plainChunk, plainChunk + 1, 3*plainChunk + 77} {
		content := noise("parcel", size)
		id := w.maker.parcel("wholesaler", content)
		w.maker.turn()
		if s := w.maker.sent(id); s.State != "delivered" {
			t.Fatalf("%d bytes: the delivery is %s: %s", size, s.State, s.Reason)
		}
		if !bytes.Equal(w.wholesaler.content(id), content) {
			t.Errorf("%d bytes arrived differently", size)
		}
	}
}

func TestTheSameDeliveryQueuedAgainIsOne(t *testing.T) {
	w := newTown(t)
	first := w.maker.note("wholesaler", "once")
	w.maker.turn()
	if again := w.maker.note("wholesaler", "once"); again != first {
		t.Errorf("queued again it has another id")
	}
	w.maker.turn()
	if err := w.maker.Retry(t.Context(), first); err != nil { // as after the receiver's loss
		t.Fatal(err)
	}
	w.maker.turn()
	w.wholesaler.turn()
	if len(w.wholesaler.inbox()) != 1 || len(w.wholesaler.saw) != 1 || w.maker.sent(first).State != "delivered" {
		t.Errorf("it arrived %d times and was dealt with %d times", len(w.wholesaler.inbox()), len(w.wholesaler.saw))
	}
}

func TestWhatWaitsForAPersonIsAnsweredByOne(t *testing.T) {
	w := newTown(t)
	id := w.maker.parcel("wholesaler", noise("x", 100))
	w.maker.turn()
	if got := w.wholesaler.inbox()[0]; got.State != "waiting" {
		t.Fatalf("it is %s", got.State)
	}
	if err := w.wholesaler.Reject(t.Context(), id, ""); err == nil {
		t.Error("a rejection without a reason was taken")
	}
	if err := w.wholesaler.Reject(t.Context(), id, "nobody ordered it"); err != nil {
		t.Fatal(err)
	}
	if err := w.wholesaler.Reject(t.Context(), id, "nobody ordered it"); err != nil {
		t.Errorf("the same again: %v", err)
	}
	w.wholesaler.turn()
	w.maker.turn()
	if s := w.maker.sent(id); s.Answer != "refused" || s.Note != "nobody ordered it" {
		t.Errorf("the maker knows %q, %q", s.Answer, s.Note)
	}
	if list := w.maker.inbox(); len(list) != 1 || list[0].Kind != KindAcknowledgement || list[0].State != "done" {
		t.Errorf("the maker's inbox has %+v", list)
	}
}
