package traceview

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pedigree/internal/exchange"
	"pedigree/internal/vault"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// mailWorld is the world of the other tests, where the maker and the wholesaler have
// mailboxes.
type mailWorld struct {
	*trade
	boxes map[string]exchange.Mailbox
	mails map[string]*exchange.Exchange
	open  map[string]func() *exchange.Exchange
}

func (w *mailWorld) Mailbox(id string) (exchange.Mailbox, bool, error) {
	m, ok := w.boxes[id]
	return m, ok, nil
}

func (w *mailWorld) SigningKey(id string, keyID uint64) (proof.Key, error) {
	return w.desks["maker"].memberKey(id, keyID)
}

func (w *mailWorld) Standing(id string) error {
	if _, err := w.SigningKey(id, 1); err != nil {
		return errors.Join(exchange.ErrStanding, err)
	}
	return nil
}

func (w *mailWorld) Height() uint64 { h, _ := w.chain.Status(); return h }

func newMailWorld(t *testing.T) *mailWorld {
	t.Helper()
	w := &mailWorld{trade: newExchange(t), boxes: map[string]exchange.Mailbox{}, mails: map[string]*exchange.Exchange{}, open: map[string]func() *exchange.Exchange{}}
	for _, id := range []string{"maker", "wholesaler"} {
		w.join(id)
	}
	for id, x := range w.mails { // when both mailboxes are there
		x.Start()
		t.Cleanup(func() { w.mails[id].Stop() })
	}
	return w
}

// join gives a desk a mailbox, in a store of its own.
func (w *mailWorld) join(id string) {
	w.t.Helper()
	dir := w.t.TempDir()
	v, err := vault.Open(context.Background(), vault.Config{Dir: filepath.Join(dir, "vault"), Key: ledgertest.HashOf("vault " + id), Schemas: append(slices.Clone(Schemas), exchange.Schema)})
	if err != nil {
		w.t.Fatal(err)
	}
	door, err := exchange.OpenDoor("127.0.0.1:0", slog.New(slog.DiscardHandler))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		if err := errors.Join(door.Close(), v.Close()); err != nil {
			w.t.Error(err)
		}
	})
	old := w.desks[id]
	d := New(Config{Chain: w.chain, Sign: testSigner(id), Vault: v, Keys: testKeyring(id), Now: old.now, Patience: 20 * time.Second})
	w.open[id] = func() *exchange.Exchange {
		x, err := exchange.Open(exchange.Config{
			Vault: v, Dir: filepath.Join(dir, "spool"), ChainID: w.chain.ChainID(), Sign: testSigner(id), Directory: w, Secret: testKeyring(id).ExchangeSecret(),
			Door: door, Reach: exchange.Reach{Loopback: true},
		})
		if err == nil {
			err = d.Join(x)
		}
		if err != nil {
			w.t.Fatal(err)
		}
		return x
	}
	x := w.open[id]()
	k, err := x.NewSealKey(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	w.desks[id], w.mails[id] = d, x
	w.boxes[id] = exchange.Mailbox{Addr: door.Addr().String(), TLS: x.ConnectionKey(), Seal: []exchange.SealKey{{ID: 1, Key: k.Public}}}
}

// away has an organisation's mailbox off-line while something is done.
func (w *mailWorld) away(id string, while func()) {
	w.t.Helper()
	w.mails[id].Stop()
	while()
	w.mails[id] = w.open[id]()
	w.mails[id].Start()
}

// eventually waits for what two nodes do between themselves.
func eventually(t testing.TB, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(3 * time.Minute); !so(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it never came to this: %s", what)
		}
	}
}

func TestAShipmentGoesAndItsAnswerComesByTheExchange(t *testing.T) {
	w := newMailWorld(t)
	paths := w.pallets("maker", testShipment(1, 2, 3))
	report, _, err := w.desks["maker"].Ship(t.Context(), ShipRequest{Items: paths, To: "wholesaler", PO: "PO-1"})
	if err != nil || report.Delivery == nil {
		t.Fatalf("the shipment has delivery %v: %v", report.Delivery, err)
	}
	var came exchange.Came
	eventually(t, "the shipment waits for a person", func() bool {
		came, err = w.mails["wholesaler"].InboxItem(t.Context(), *report.Delivery)
		return err == nil && came.State == "waiting"
	})
	if came.Verdict != string(OK) {
		t.Errorf("the look at it found %s: %s", came.Verdict, came.Reason)
	}
	got, err := w.desks["wholesaler"].ReceiveInbox(t.Context(), came.ID, ReceiveRequest{})
	if err != nil || got.Verdict != OK || got.Items[0].Outcome != Received {
		t.Fatalf("received it is %+v: %v", got, err)
	}
	again, err := w.desks["wholesaler"].ReceiveInbox(t.Context(), came.ID, ReceiveRequest{})
	if err != nil || !again.Again {
		t.Errorf("received again it is %+v: %v", again, err)
	}
	eventually(t, "the maker has the answer", func() bool {
		s, err := w.mails["maker"].OutboxItem(t.Context(), *report.Delivery)
		return err == nil && s.Answer == "received"
	})
	for _, kind := range []string{KindPrekeys, KindPrekeysRequest} {
		if _, err := w.desks["wholesaler"].ReceiveInbox(t.Context(), w.deliveryOf(kind), ReceiveRequest{}); err == nil {
			t.Errorf("a delivery of kind %s was received as goods", kind)
		}
	}
}

// deliveryOf is the id of a delivery of a kind in either inbox.
func (w *mailWorld) deliveryOf(kind string) proof.Hash {
	w.t.Helper()
	for _, x := range w.mails {
		list, err := x.Inbox(context.Background(), exchange.Listing{})
		if err != nil {
			w.t.Fatal(err)
		}
		for _, c := range list {
			if c.Kind == kind {
				return c.ID
			}
		}
	}
	w.t.Fatalf("there is no delivery of kind %s", kind)
	return proof.Hash{}
}

func TestAPartnerGetsSoManyKeysInADayAndNoMore(t *testing.T) {
	w := newMailWorld(t)
	for range PrekeysDailyMax / PrekeysMax {
		if _, err := w.desks["wholesaler"].IssuePrekeys(t.Context(), "maker", PrekeysMax-1); err != nil {
			t.Fatal(err)
		}
	}
	ask := func(n int) exchange.Sent {
		t.Helper()
		if err := w.desks["maker"].askPrekeys(t.Context(), "wholesaler", "PO-1", n); err != nil {
			t.Fatal(err)
		}
		var s exchange.Sent
		eventually(t, "the wish is dealt with", func() bool {
			list, err := w.mails["maker"].Outbox(t.Context(), exchange.Listing{})
			if err != nil || len(list) == 0 {
				return false
			}
			s = list[0]
			left, err := w.desks["maker"].HasPrekeys(t.Context(), "wholesaler")
			return err == nil && (s.Answer != "" || left == n)
		})
		return s
	}
	if s := ask(3); s.Answer != "refused" || !strings.Contains(s.Note, "at most 20000") {
		t.Errorf("past the limit the answer is %q, %q", s.Answer, s.Note)
	}
	if s := ask(2); s.Answer != "" && s.Answer != "refused" {
		t.Errorf("at the limit the answer is %q, %q", s.Answer, s.Note)
	}
	if left, err := w.desks["maker"].HasPrekeys(t.Context(), "wholesaler"); err != nil || left != 2 {
		t.Errorf("at the limit %d keys came: %v", left, err)
	}
}

func TestAWishForKeysIsReadStrictly(t *testing.T) {
	for name, wish := range map[string]PrekeysRequest{"one": {Pairs: 1}, "the most": {Order: strings.Repeat("o", orderTextMax), Pairs: PrekeysMax}} {
		if got, err := DecodePrekeysRequest(wish.Encode()); err != nil || got != wish || len(wish.Encode()) > prekeysRequestMax {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for name, wish := range map[string]PrekeysRequest{"none": {}, "too many": {Pairs: PrekeysMax + 1}, "too long an order": {Order: strings.Repeat("o", orderTextMax+1), Pairs: 1}} {
		if _, err := DecodePrekeysRequest(wish.Encode()); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}

func FuzzDecodePrekeysRequest(f *testing.F) {
	f.Add(PrekeysRequest{Order: "PO-1", Pairs: 7}.Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, err := DecodePrekeysRequest(b); err == nil && string(r.Encode()) != string(b) {
			t.Error("read and written again it differs")
		}
	})
}
