package exchange

import (
	"testing"
	"time"

	"pedigree/internal/crash"
)

// rotate gives a member's mailbox a new sealing key.
func (h *house) rotate() {
	h.t.Helper()
	h.clock.pass(time.Minute)
	k, err := h.NewSealKey(h.t.Context())
	if err == nil {
		err = h.CloseSealKeys(h.t.Context(), k.Hash)
	}
	if err != nil {
		h.t.Fatal(err)
	}
	h.reg.change(func() { h.reg.height++ })
	h.reg.publish(h.Exchange, h.door.Addr().String())
}

func TestWhatIsUnderWayArrivesAfterARotation(t *testing.T) {
	w := newTown(t)
	w.maker = w.maker.again(cutAt(crash.ExchangeHeadKept, 1))
	id := w.maker.note("wholesaler", "sealed to the former key")
	w.maker.turn()
	w.wholesaler.rotate()
	w.maker = w.maker.again()
	w.clock.pass(time.Minute)
	w.maker.turn()
	if s := w.maker.sent(id); s.State != "delivered" {
		t.Errorf("it is %s: %s", s.State, s.Reason)
	}
	after := w.maker.note("wholesaler", "sealed to the new key")
	w.maker.turn()
	if s := w.maker.sent(after); s.State != "delivered" {
		t.Errorf("the next is %s: %s", s.State, s.Reason)
	}
}

func TestAClosedKeyIsDestroyedAfterThirtyDaysAndTheSenderSealsAnew(t *testing.T) {
	w := newTown(t)
	w.maker = w.maker.again(cutAt(crash.ExchangeHeadKept, 1), func(c *Config) { c.GiveUpAfter = 90 * 24 * time.Hour })
	id := w.maker.note("wholesaler", "sealed long ago")
	w.maker.turn()
	former := w.reg.boxes["wholesaler"]
	w.wholesaler.rotate()
	both := w.reg.boxes["wholesaler"]
	w.clock.pass(SealKeyKept + time.Minute)
	if err := w.wholesaler.sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	keys, err := w.wholesaler.SealKeys(t.Context())
	if err != nil || len(keys) != 2 || keys[0].Gone || !keys[1].Gone {
		t.Fatalf("the keys are %+v: %v", keys, err)
	}
	w.maker = w.maker.again(func(c *Config) { c.GiveUpAfter = 90 * 24 * time.Hour })
	w.reg.change(func() { w.reg.boxes["wholesaler"] = former }) // the maker's ledger is behind
	w.maker.turn()
	if s := w.maker.sent(id); s.State != "sending" {
		t.Fatalf("sealed to a key that is gone it is %s: %s", s.State, s.Reason)
	}
	w.reg.change(func() { w.reg.boxes["wholesaler"] = both })
	w.clock.pass(time.Hour)
	w.maker.turn()
	if s := w.maker.sent(id); s.State != "delivered" {
		t.Errorf("it is %s: %s", s.State, s.Reason)
	}
}

func TestAReceiverThatLostItsKeysIsSentToUnderNewOnes(t *testing.T) {
	w := newTown(t)
	if err := w.wholesaler.update(t.Context(), `DELETE FROM exchange_key`); err != nil {
		t.Fatal(err)
	}
	id := w.maker.note("wholesaler", "x")
	w.maker.turn()
	if s := w.maker.sent(id); s.State != "sending" {
		t.Fatalf("it is %s: %s", s.State, s.Reason)
	}
	w.wholesaler.rotate()
	w.clock.pass(time.Hour)
	w.maker.turn()
	if s := w.maker.sent(id); s.State != "delivered" {
		t.Errorf("it is %s: %s", s.State, s.Reason)
	}
}

func TestSealingKeysOpenOnlyWithTheirOwnSecret(t *testing.T) {
	w := newTown(t)
	id := w.maker.note("wholesaler", "x")
	w.wholesaler = w.wholesaler.again(func(c *Config) { c.Secret[0] ^= 1 })
	w.maker.turn()
	if s := w.maker.sent(id); s.State != "sending" {
		t.Errorf("it is %s", s.State)
	}
	w.wholesaler = w.wholesaler.again()
	w.clock.pass(time.Hour)
	w.maker.turn()
	if s := w.maker.sent(id); s.State != "delivered" {
		t.Errorf("with the right secret it is %s: %s", s.State, s.Reason)
	}
}

func TestSealingKeysHaveALimit(t *testing.T) {
	w := newTown(t)
	for range sealKeysMax - 1 {
		if _, err := w.maker.NewSealKey(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.maker.NewSealKey(t.Context()); err == nil {
		t.Errorf("key %d was made", sealKeysMax+1)
	}
}
