package traceview

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"pedigree/internal/exchange"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

const cancelled = "the buyer cancelled"

// withdrawn withdraws an order at the owner.
func (w *mailWorld) withdrawn(order HandOver) {
	w.t.Helper()
	if _, err := w.desks["maker"].WithdrawHandOver(w.t.Context(), order.ID, cancelled); err != nil {
		w.t.Fatal(err)
	}
}

func TestAWithdrawnOrderIsNeitherAcceptedNorShipped(t *testing.T) {
	w, h := warehouse(t)
	ctx, keeper, owner := t.Context(), w.desks["wholesaler"], w.desks["maker"]
	for name, accepted := range map[string]bool{"that nobody answered": false, "that was accepted": true} {
		t.Run(name, func(t *testing.T) {
			order := w.ordered(h, HandOverOrder{To: "dispenser"})
			if accepted {
				if _, err := keeper.AcceptHandOver(ctx, order.ID); err != nil {
					t.Fatal(err)
				}
				w.shows("maker", order, "accepted")
			}
			for range 2 {
				w.withdrawn(order)
			}
			if got := w.shows("wholesaler", order, "withdrawn"); got.Reason != cancelled || len(got.Items) != 1 {
				t.Errorf("the warehouse sees %+v", got)
			}
			if got := w.shows("maker", order, "withdrawn"); got.Reason != cancelled {
				t.Errorf("the owner sees %+v", got)
			}
			if _, err := keeper.AcceptHandOver(ctx, order.ID); err == nil || !strings.Contains(err.Error(), "maker has withdrawn it: "+cancelled) {
				t.Errorf("accepted late: %v", err)
			}
			if _, err := keeper.RefuseHandOver(ctx, order.ID, "no room"); err == nil {
				t.Error("refused late")
			}
			if _, _, err := keeper.ShipHandOver(ctx, order.ID); err == nil || !strings.Contains(err.Error(), cancelled) {
				t.Errorf("shipped late: %v", err)
			}
			h.want("nothing moved", at{"maker": "in-care wholesaler", "wholesaler": "kept maker"})
		})
	}
	again := w.ordered(h, HandOverOrder{To: "dispenser"})
	if _, err := keeper.WithdrawHandOver(ctx, again.ID, cancelled); err == nil || !strings.Contains(err.Error(), "it is maker's order") {
		t.Errorf("withdrawn by the warehouse: %v", err)
	}
	for _, reason := range []string{"", strings.Repeat("a", HandOverTextMax+1)} {
		if _, err := owner.WithdrawHandOver(ctx, again.ID, reason); err == nil {
			t.Errorf("withdrawn with a reason of %d bytes", len(reason))
		}
	}
	if _, err := owner.WithdrawHandOver(ctx, ledgertest.HashOf("none"), cancelled); err == nil || !strings.Contains(err.Error(), "there is no hand-over") {
		t.Errorf("an order that never was: %v", err)
	}
	if _, err := keeper.RefuseHandOver(ctx, again.ID, "no room"); err != nil {
		t.Fatal(err)
	}
	w.shows("maker", again, "refused")
	if _, err := owner.WithdrawHandOver(ctx, again.ID, cancelled); err == nil || !strings.Contains(err.Error(), "has refused it") {
		t.Errorf("withdrawn though it was refused: %v", err)
	}
}

func TestAWithdrawalMeetsAnAnswerAndBothSidesEndAlike(t *testing.T) {
	w, h := warehouse(t)
	ctx, keeper := t.Context(), w.desks["wholesaler"]
	for _, c := range []struct {
		name, end string
		do        func(order HandOver) error
	}{
		{"an acceptance", "withdrawn", func(o HandOver) error { _, err := keeper.AcceptHandOver(ctx, o.ID); return err }},
		{"a refusal", "withdrawn", func(o HandOver) error { _, err := keeper.RefuseHandOver(ctx, o.ID, "no room"); return err }},
		{"a shipment", "shipped", func(o HandOver) error {
			if _, err := keeper.AcceptHandOver(ctx, o.ID); err != nil {
				return err
			}
			_, _, err := keeper.ShipHandOver(ctx, o.ID)
			return err
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			order := w.ordered(h, HandOverOrder{To: "dispenser"})
			w.away("wholesaler", func() {
				w.withdrawn(order)
				if err := c.do(order); err != nil {
					t.Fatal(err)
				}
			})
			for _, at := range []string{"maker", "wholesaler"} {
				w.shows(at, order, c.end)
			}
			if c.end == "shipped" {
				if got := w.shows("maker", order, c.end); got.Shipment == nil {
					t.Errorf("the owner sees %+v", got)
				}
				if _, err := w.desks["maker"].WithdrawHandOver(ctx, order.ID, cancelled); err == nil || !strings.Contains(err.Error(), "handed the goods on already") {
					t.Errorf("withdrawn after they went: %v", err)
				}
			}
		})
	}
}

func TestAnOwnerThatIsAwayHearsOfTheLateAnswer(t *testing.T) {
	w, h := warehouse(t)
	order := w.ordered(h, HandOverOrder{To: "dispenser"})
	w.away("maker", func() {
		if _, err := w.desks["wholesaler"].AcceptHandOver(t.Context(), order.ID); err != nil {
			t.Fatal(err)
		}
		w.withdrawn(order)
	})
	for _, at := range []string{"maker", "wholesaler"} {
		w.shows(at, order, "withdrawn")
	}
}

// An owner's messages are tried each for itself, so the second can arrive first.
func TestAWithdrawalThatComesBeforeItsOrderCounts(t *testing.T) {
	w, h := warehouse(t)
	ctx, x := t.Context(), w.mails["maker"]
	id := ledgertest.HashOf("an order that is late")
	send := func(kind string, payload []byte) (delivery proof.Hash) {
		t.Helper()
		err := w.desks["maker"].vault.Update(ctx, func(tx *sql.Tx) (err error) {
			delivery, err = x.Queue(tx, exchange.Outgoing{To: "wholesaler", Kind: kind, Key: hashOf(kind, id[:]), Payload: payload})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		x.Wake()
		return delivery
	}
	done := func(what string, delivery proof.Hash) {
		t.Helper()
		eventually(t, what+" is done with", func() bool {
			came, err := w.mails["wholesaler"].InboxItem(ctx, delivery)
			return err == nil && came.State == "done" && strings.Contains(came.Reason, cancelled)
		})
	}
	done("the withdrawal", send(KindHandOverWithdrawal, HandOverWithdrawal{ID: id, Reason: cancelled}.Encode()))
	keeper := w.desks["wholesaler"]
	if list, err := keeper.HandOvers(ctx); err != nil || len(list) != 0 {
		t.Errorf("before the order came the warehouse sees %+v, %v", list, err)
	}
	refuses := func(when string) {
		t.Helper()
		if _, err := keeper.AcceptHandOver(ctx, id); err == nil || !strings.Contains(err.Error(), cancelled) {
			t.Errorf("accepted %s: %v", when, err)
		}
		if _, _, err := keeper.ShipHandOver(ctx, id); err == nil || !strings.Contains(err.Error(), cancelled) {
			t.Errorf("shipped %s: %v", when, err)
		}
	}
	refuses("before the order came")
	done("the order", send(KindHandOver, HandOverMessage{ID: id, To: "dispenser", PO: "PO-7", Paths: []string{h.pallet}}.Encode()))
	if got := w.shows("wholesaler", HandOver{ID: id}, "withdrawn"); got.Reason != cancelled || got.PO != "PO-7" || got.To != "dispenser" || len(got.Items) != 1 || got.Items[0] != h.pallet {
		t.Errorf("once the order came the warehouse sees %+v", got)
	}
	refuses("once the order came")
	h.want("nothing moved", at{"maker": "in-care wholesaler", "wholesaler": "kept maker"})
}

// crossing is one order on both sides, with the messages that are on their way.
type crossing struct {
	owner, keeper string
	toOwner       []uint64 // answers
	toKeeper      bool     // the withdrawal
	withdrew      bool
}

// hear is what each side makes of one message.
func (c *crossing) hear(answer uint64) {
	if follows(c.owner, answer) {
		c.owner = handOverStates[answer]
	}
}

// play goes through every order in which acts and messages can happen.
func (c crossing) play(script []uint64, path string, end func(c crossing, path string)) {
	moved := false
	if len(script) > 0 && c.keeper != "withdrawn" {
		moved = true
		next := c
		next.keeper, next.toOwner = handOverStates[script[0]], append(append([]uint64{}, c.toOwner...), script[0])
		next.play(script[1:], path+" keeper:"+next.keeper, end)
	}
	if !c.withdrew && (c.owner == "ordered" || c.owner == "accepted") {
		moved = true
		next := c
		next.withdrew, next.toKeeper, next.owner = true, true, "withdrawn"
		next.play(script, path+" owner:withdraws", end)
	}
	if c.toKeeper {
		moved = true
		next := c
		if next.toKeeper = false; next.keeper != "shipped" {
			next.keeper = "withdrawn"
		}
		next.play(script, path+" keeper hears", end)
	}
	for i, answer := range c.toOwner {
		moved = true
		next := c
		next.toOwner = append(append([]uint64{}, c.toOwner[:i]...), c.toOwner[i+1:]...)
		next.hear(answer)
		next.play(script, fmt.Sprintf("%s owner hears %s", path, handOverStates[answer]), end)
	}
	if !moved {
		end(c, path)
	}
}

func TestEveryCrossingOfAWithdrawalAndItsAnswersEndsAlike(t *testing.T) {
	ends := 0
	for _, script := range [][]uint64{{}, {handOverAccepted}, {handOverRefused}, {handOverAccepted, handOverShipped}, {handOverAccepted, handOverRefused}} {
		crossing{owner: "ordered", keeper: "ordered"}.play(script, "", func(c crossing, path string) {
			if ends++; c.owner != c.keeper {
				t.Errorf("%s: the owner has it as %s, the keeper as %s", path, c.owner, c.keeper)
			}
		})
	}
	if ends < 50 {
		t.Errorf("only %d ways", ends)
	}
}

func TestMessagesOfWithdrawalsHaveLimits(t *testing.T) {
	id := ledgertest.HashOf("order")
	for n, read := range map[int]bool{0: false, 1: true, HandOverTextMax: true, HandOverTextMax + 1: false} {
		if _, err := DecodeHandOverWithdrawal(HandOverWithdrawal{ID: id, Reason: strings.Repeat("a", n)}.Encode()); (err == nil) != read {
			t.Errorf("a reason of %d bytes: %v", n, err)
		}
	}
}
