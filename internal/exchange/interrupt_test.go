package exchange

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pedigree/internal/crash"
)

// errCut ends the work at a step, as the end of the process does.
var errCut = errors.New("cut")

// cutAt cuts the work the nth time that a step is reached.
func cutAt(step crash.Point, nth int) change {
	return func(c *Config) {
		c.failAt = func(at crash.Point) error {
			if at != step {
				return nil
			}
			if nth--; nth == 0 {
				return errCut
			}
			return nil
		}
	}
}

// TestACutAtAnyStepOfEitherSideLosesAndDoublesNothing cuts the work at each durable
// step, starts that side anew on its disk, and goes on.
func TestACutAtAnyStepOfEitherSideLosesAndDoublesNothing(t *testing.T) {
	for step, side := range map[crash.Point]string{
		crash.ExchangeSealed: "maker", crash.ExchangeHeadKept: "maker", crash.ExchangePartSent: "maker", crash.ExchangeReceiptCame: "maker", crash.ExchangeReceiptKept: "maker",
		crash.ExchangeOfferKept: "wholesaler", crash.ExchangePartKept: "wholesaler", crash.ExchangePayloadKept: "wholesaler", crash.ExchangeInboxKept: "wholesaler", crash.ExchangeJudged: "wholesaler",
	} {
		t.Run(side+" "+string(step), func(t *testing.T) {
			w := newTown(t)
			content := noise(string(step), 3*plainChunk+5)
			if side == "maker" {
				w.maker = w.maker.again(cutAt(step, 1))
			} else {
				w.wholesaler = w.wholesaler.again(cutAt(step, 1))
			}
			id := w.maker.parcel("wholesaler", content)
			note := w.maker.note("wholesaler", "with it")
			w.until(t, func() bool { return w.maker.sent(id).State == "delivered" && w.maker.sent(note).State == "delivered" }, func() {
				if side == "maker" {
					w.maker = w.maker.again()
				} else {
					w.wholesaler = w.wholesaler.again()
				}
			})
			if got := w.wholesaler.inbox(); len(got) != 2 || !bytes.Equal(w.wholesaler.content(id), content) {
				t.Errorf("the wholesaler has %d deliveries, or not what was sent", len(got))
			}
			if step == crash.ExchangeJudged { // the note was dealt with, and that was not written down
				if w.wholesaler = w.wholesaler.again(); len(w.wholesaler.saw) != 0 {
					t.Fatal("the new process remembers")
				}
			}
			w.wholesaler.turn()
			w.wholesaler.turn()
			if got, err := w.wholesaler.InboxItem(t.Context(), note); err != nil || got.State != "done" {
				t.Errorf("the note is %s: %v", got.State, err)
			}
			w.clean(t)
		})
	}
}

// until has both sides work, with pauses passing, until something is so; between
// turns it does what a test wants once.
func (w *town) until(t *testing.T, so func() bool, once func()) {
	t.Helper()
	for i := 0; !so(); i++ {
		if i == 50 {
			t.Fatal("it never came to that")
		}
		_ = errors.Join(w.wholesaler.workInbox(t.Context()), w.maker.sendDue(t.Context()))
		w.maker.sending.Wait()
		if i == 0 {
			once()
		}
		w.clock.pass(20 * time.Minute)
	}
}

// clean checks that nothing is left on the way.
func (w *town) clean(t *testing.T) {
	t.Helper()
	if err := errors.Join(w.maker.sweep(t.Context()), w.wholesaler.sweep(t.Context())); err != nil {
		t.Fatal(err)
	}
	for _, h := range []*house{w.maker, w.wholesaler} {
		for _, dir := range []string{"in", "out"} {
			left, err := os.ReadDir(filepath.Join(h.dir, "spool", dir))
			if err != nil || len(left) > 0 {
				t.Errorf("%s keeps %v of what was delivered: %v", h.Org(), left, err)
			}
		}
	}
}

func TestAnInterruptedDeliveryGoesOnWhereItStopped(t *testing.T) {
	w := newTown(t)
	parts := 0
	count := func(c *Config) {
		c.failAt = func(at crash.Point) error {
			if at == crash.ExchangePartKept {
				parts++
			}
			return nil
		}
	}
	w.wholesaler = w.wholesaler.again(count)
	w.maker = w.maker.again(cutAt(crash.ExchangePartSent, 5))
	id := w.maker.parcel("wholesaler", noise("long", 9*plainChunk))
	w.maker.turn()
	w.maker = w.maker.again()
	w.wholesaler = w.wholesaler.again(count) // both ends were away
	if parts != 5 {
		t.Fatalf("%d chunks were taken before the cut", parts)
	}
	w.clock.pass(time.Minute)
	w.maker.turn()
	if s := w.maker.sent(id); s.State != "delivered" || parts != 9 {
		t.Errorf("it is %s after %d chunks in all, where 9 are enough: %s", s.State, parts, s.Reason)
	}
}

func TestAReceiverMayBeDownForAWeek(t *testing.T) {
	w := newTown(t)
	w.wholesaler.leave()
	id := w.maker.note("wholesaler", "patience")
	for range 7 * 24 {
		w.maker.turn()
		w.clock.pass(time.Hour)
	}
	s := w.maker.sent(id)
	if s.State != "sending" || s.Attempts < 100 {
		t.Fatalf("after a week it is %s, tried %d times", s.State, s.Attempts)
	}
	w.wholesaler = move(t, w.reg, w.clock, "wholesaler", w.wholesaler.dir)
	w.clock.pass(retryMost + retryMost/4)
	w.maker.turn()
	if s := w.maker.sent(id); s.State != "delivered" {
		t.Errorf("a quarter of an hour after it is back the delivery is %s: %s", s.State, s.Reason)
	}
}

func TestAPartnerThatComesToUsIsTriedAtOnce(t *testing.T) {
	w := newTown(t)
	w.wholesaler.leave()
	id := w.maker.note("wholesaler", "are you there")
	for range 30 {
		w.maker.turn()
		w.clock.pass(time.Hour)
	}
	w.maker.turn()
	w.wholesaler = move(t, w.reg, w.clock, "wholesaler", w.wholesaler.dir)
	w.maker.turn()
	if s := w.maker.sent(id); s.State != "sending" {
		t.Fatalf("in its pause it is %s", s.State)
	}
	w.wholesaler.note("maker", "here I am")
	w.wholesaler.turn()
	w.maker.turn()
	if s := w.maker.sent(id); s.State != "delivered" {
		t.Errorf("it is %s: %s", s.State, s.Reason)
	}
}

func TestWhatCantBeDeliveredInTwoWeeksIsADeadLetterAPersonCanRevive(t *testing.T) {
	w := newTown(t)
	w.wholesaler.leave()
	id := w.maker.note("wholesaler", "too late")
	w.maker.turn()
	w.clock.pass(GiveUpAfter)
	w.maker.turn()
	if s := w.maker.sent(id); s.State != "sending" {
		t.Fatalf("at two weeks it is %s", s.State)
	}
	w.clock.pass(time.Second)
	w.maker.turn()
	s := w.maker.sent(id)
	if s.State != "dead" || s.Ended.IsZero() || s.Reason == "" {
		t.Fatalf("after two weeks it is %+v", s)
	}
	w.wholesaler = move(t, w.reg, w.clock, "wholesaler", w.wholesaler.dir)
	w.clock.pass(time.Hour)
	if err := w.maker.Retry(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	w.maker.turn()
	if s := w.maker.sent(id); s.State != "delivered" {
		t.Errorf("tried again it is %s: %s", s.State, s.Reason)
	}
	if err := w.maker.Drop(t.Context(), id, "no use"); err == nil {
		t.Error("what was delivered was dropped")
	}
}

func TestADroppedDeliveryKeepsItsReasonAndCanBeRevived(t *testing.T) {
	w := newTown(t)
	w.wholesaler.leave()
	id := w.maker.note("wholesaler", "never mind")
	if err := w.maker.Drop(t.Context(), id, " \n "); err == nil {
		t.Error("it was dropped without a reason")
	}
	if err := w.maker.Drop(t.Context(), id, "sent on paper"); err != nil {
		t.Fatal(err)
	}
	w.maker.turn()
	if s := w.maker.sent(id); s.State != "dropped" || s.Reason != "sent on paper" || s.Attempts != 0 {
		t.Errorf("it is %+v", s)
	}
}

func TestChunksOutOfPlaceAreHarmless(t *testing.T) {
	w := newTown(t)
	h, sealed := w.madeHead(t, func(*Head) {})
	raw := signedHead(t, h)
	say := func(method, query string, body []byte) (*Refusal, progress) {
		_, r, p := w.maker.speak(w.wholesaler, w.maker.self, method, h.ID(), query, body)
		return r, p
	}
	if r, _ := say(http.MethodPatch, "?at=0", sealed); r == nil || r.Code != RefusedUnknown {
		t.Errorf("a chunk before the offer: %+v", r)
	}
	if r, _ := say(http.MethodPost, "", nil); r == nil || r.Code != RefusedUnknown {
		t.Errorf("an end before the offer: %+v", r)
	}
	for range 2 {
		if r, p := say(http.MethodPut, "", raw); r != nil || p.have != 0 || p.receipt != nil {
			t.Fatalf("the offer: %+v, %+v", r, p)
		}
	}
	if _, p := say(http.MethodPost, "", nil); p.have != 0 || p.receipt != nil {
		t.Errorf("an end before the chunks: %+v", p)
	}
	for _, at := range []string{"?at=1", "?at=-1", "?at=x", "", "?at=99999999999999999999"} {
		if r, p := say(http.MethodPatch, at, sealed); r != nil || p.have != 0 {
			t.Errorf("a chunk at %q: %+v, %+v", at, r, p)
		}
	}
	if r, _ := say(http.MethodPatch, "?at=0", append(bytes.Clone(sealed), 0)); r == nil || r.Code != RefusedSize {
		t.Errorf("a chunk past the end: %+v", r)
	}
	for range 2 { // the second is late
		if _, p := say(http.MethodPatch, "?at=0", sealed); p.have != uint64(len(sealed)) {
			t.Errorf("the chunk: %+v", p)
		}
	}
	_, first := say(http.MethodPost, "", nil)
	if first.receipt == nil {
		t.Fatal("there is no receipt")
	}
	if _, p := say(http.MethodPut, "", raw); !bytes.Equal(p.receipt, first.receipt) {
		t.Error("the offer again gives another answer")
	}
	h.Hash[0] ^= 1
	if r, _ := say(http.MethodPut, "", signedHead(t, h)); r == nil || r.Code != RefusedContent || !r.Permanent {
		t.Errorf("another content under the same id: %+v", r)
	}
	if got := w.wholesaler.inbox(); len(got) != 1 {
		t.Errorf("the wholesaler has %d deliveries", len(got))
	}
}

func TestOneMemberCantTouchAnothersDelivery(t *testing.T) {
	w := newTown(t)
	dispenser := move(t, w.reg, w.clock, "dispenser", t.TempDir())
	h, sealed := w.madeHead(t, func(*Head) {})
	if _, r, _ := w.maker.speak(w.wholesaler, w.maker.self, http.MethodPut, h.ID(), "", signedHead(t, h)); r != nil {
		t.Fatal(r)
	}
	for _, method := range []string{http.MethodPatch, http.MethodPost} {
		if _, r, _ := dispenser.speak(w.wholesaler, dispenser.self, method, h.ID(), "?at=0", sealed); r == nil || r.Code != RefusedUnknown {
			t.Errorf("%s by another member: %+v", method, r)
		}
	}
}

func TestBitsThatFlipOnTheWayAreFoundAndTheDeliveryArrivesAnew(t *testing.T) {
	w := newTown(t)
	content := noise("flip", 2*plainChunk+9)
	id := w.maker.parcel("wholesaler", content)
	w.wholesaler = w.wholesaler.again(func(c *Config) {
		left := 1
		c.failAt = func(at crash.Point) error {
			if at != crash.ExchangePartKept || left == 0 {
				return nil
			}
			left--
			path := filepath.Join(c.Dir, "in", id.String()+".part")
			f, err := os.OpenFile(path, os.O_RDWR, 0)
			if err != nil {
				return err
			}
			_, err = f.WriteAt([]byte{0xff, 0, 0xff}, 77)
			return errors.Join(err, f.Close())
		}
	})
	w.maker.turn()
	if s := w.maker.sent(id); s.State != "sending" || !bytes.Contains([]byte(s.Reason), []byte("does not open")) {
		t.Fatalf("it is %s: %s", s.State, s.Reason)
	}
	w.clock.pass(time.Minute)
	w.maker.turn()
	if s := w.maker.sent(id); s.State != "delivered" || !bytes.Equal(w.wholesaler.content(id), content) {
		t.Errorf("it is %s: %s", s.State, s.Reason)
	}
}

func TestAFullDiskIsToldAndOverWhenThereIsRoom(t *testing.T) {
	w := newTown(t)
	id := w.maker.note("wholesaler", "room")
	part := filepath.Join(w.wholesaler.dir, "spool", "in", id.String()+".part")
	full := true
	w.wholesaler = w.wholesaler.again(func(c *Config) {
		c.failAt = func(at crash.Point) error {
			if at != crash.ExchangeOfferKept || !full {
				return nil
			}
			return errors.Join(os.Remove(part), os.Symlink("/dev/full", part)) // every write there finds no room
		}
	})
	w.maker.turn()
	if s := w.maker.sent(id); s.State != "sending" || !bytes.Contains([]byte(s.Reason), []byte("disk is full")) {
		t.Fatalf("it is %s: %s", s.State, s.Reason)
	}
	full = false
	if err := errors.Join(os.Remove(part), os.WriteFile(part, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	w.clock.pass(retryAsked)
	w.maker.turn()
	if s := w.maker.sent(id); s.State != "delivered" {
		t.Errorf("it is %s: %s", s.State, s.Reason)
	}
}

func TestClearingAwayLeavesWhatIsBeingSealed(t *testing.T) {
	w := newTown(t)
	id := w.maker.note("wholesaler", "under way")
	files := []string{w.maker.spool.path(id, ".sealed"), w.maker.spool.path(id, ".sealed") + ".new"}
	for _, f := range files {
		if err := os.WriteFile(f, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, dropped := range []bool{false, true} {
		if dropped {
			if err := w.maker.Drop(t.Context(), id, "no use"); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.maker.sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if _, err := os.Stat(f); os.IsNotExist(err) != dropped {
				t.Errorf("dropped: %v; %s: %v", dropped, filepath.Base(f), err)
			}
		}
	}
}

func TestThreeNodesSendToEachOther(t *testing.T) {
	w := newTown(t)
	houses := []*house{w.maker, w.wholesaler, move(t, w.reg, w.clock, "dispenser", t.TempDir())}
	const each = 10
	for _, from := range houses {
		for _, to := range houses {
			for i := range each {
				if from != to {
					from.note(to.Org(), fmt.Sprintf("%d from %s", i, from.Org()))
				}
			}
		}
	}
	for _, h := range houses {
		h.Start()
	}
	for end := time.Now().Add(3 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
		done := 0
		for _, h := range houses {
			f, err := h.Figures(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			done += f.In["done"]
		}
		if done == 6*each {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("%d of %d arrived", done, 6*each)
		}
		w.clock.pass(time.Second) // pauses, if anything has to be tried again
	}
	for _, h := range houses {
		if len(h.saw) != 2*each {
			t.Errorf("%s dealt with %d notes", h.Org(), len(h.saw))
		}
	}
}
