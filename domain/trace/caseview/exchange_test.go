package caseview_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pedigree/domain/trace/caseview"
	"pedigree/format/pdg"
	"pedigree/internal/exchange"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// registry is the ledger's word about members.
type registry struct {
	mu    sync.Mutex
	boxes map[string]exchange.Mailbox
}

func (r *registry) Mailbox(org string) (exchange.Mailbox, bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	m, ok := r.boxes[org]
	return m, ok, nil
}

func (r *registry) SigningKey(org string, _ uint64) (proof.Key, error) {
	return ledgertest.Key(org), nil
}
func (r *registry) Standing(string) error { return nil }
func (r *registry) Height() uint64        { return 10 }

type signer string

func (s signer) Org() string   { return string(s) }
func (s signer) KeyID() uint64 { return 1 }
func (s signer) Sign(h proof.Hash) (proof.Signature, error) {
	return proof.Sign(ledgertest.PrivateKey(string(s)), h), nil
}

// join gives a side a mailbox at a real exchange.
func (s *side) join(reg *registry) *exchange.Exchange {
	s.t.Helper()
	door, err := exchange.OpenDoor("127.0.0.1:0", slog.New(slog.DiscardHandler))
	if err != nil {
		s.t.Fatal(err)
	}
	x, err := exchange.Open(exchange.Config{
		Vault: s.vault, Dir: filepath.Join(s.t.TempDir(), "spool"), ChainID: ledgertest.ChainID, Sign: signer(s.org), Directory: reg, Secret: ledgertest.HashOf("secret " + s.org),
		Door: door, Reach: exchange.Reach{Loopback: true},
	})
	if err == nil {
		err = s.Join(x)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	k, err := x.NewSealKey(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	reg.mu.Lock()
	reg.boxes[s.org] = exchange.Mailbox{Addr: door.Addr().String(), TLS: x.ConnectionKey(), Seal: []exchange.SealKey{{ID: 1, Key: k.Public, From: 1}}}
	reg.mu.Unlock()
	s.t.Cleanup(func() {
		x.Stop()
		if err := door.Close(); err != nil && !errors.Is(err, exchange.ErrRejected) {
			s.t.Error(err)
		}
	})
	return x
}

// eventually waits for what two nodes do between themselves.
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !so(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it never came to this: %s", what)
		}
	}
}

func TestBothSidesSeeOneCase(t *testing.T) {
	pharmacy, wholesaler := two(t)
	reg := &registry{boxes: map[string]exchange.Mailbox{}}
	for _, s := range []*side{pharmacy, wholesaler} {
		s.join(reg).Start()
	}
	shipment := ledgertest.HashOf("shipment")
	wholesaler.shipments[shipment] = "pharmacy"
	ours := pharmacy.open(caseview.New{
		Key: key("nodes"), Scenario: "1.4A", Org: "wholesaler", PO: "PO-1", Shipment: shipment.String(), Note: "our own note",
		Items: []caseview.Item{{Path: pack, Lot: "LOT-7A", Says: caseview.Claim{Serial: "7"}}},
	})
	ours = pharmacy.must(pharmacy.Message(t.Context(), ours.ID, caseview.Tell{}))
	if ours.State != caseview.Sent {
		t.Fatalf("told it is %s", ours.State)
	}
	eventually(t, "the wholesaler has the case", func() bool {
		k, err := wholesaler.Get(t.Context(), ours.ID)
		return err == nil && k.State == caseview.Open
	})
	theirs := wholesaler.show(ours.ID)
	if theirs.Shipment != shipment.String() || theirs.PO != "PO-1" || theirs.Note != "" || theirs.Things[0].Says.Serial != "7" || theirs.Due.Rule.Name != "exception/three-days" {
		t.Errorf("the wholesaler has %+v", theirs)
	}
	wholesaler.must(wholesaler.Answer(t.Context(), ours.ID, caseview.Reply{Items: []caseview.ReplyItem{{Accept: true, Comment: "<b>sorry</b>"}}}))
	eventually(t, "the pharmacy has the answer", func() bool { return pharmacy.show(ours.ID).State == caseview.Agreed })
	pharmacy.do(ours, pharmacy.show(ours.ID).Things[0])
	pharmacy.must(pharmacy.Settle(t.Context(), ours.ID, caseview.Settling{}))
	eventually(t, "it is settled on both sides", func() bool { return wholesaler.show(ours.ID).State == caseview.Settled })
	eventually(t, "the pharmacy knows that its messages were delivered", func() bool {
		for _, m := range pharmacy.show(ours.ID).Messages {
			if m.Out && m.State != "delivered" {
				return false
			}
		}
		return true
	})
	if a, b := len(pharmacy.show(ours.ID).Messages), len(wholesaler.show(ours.ID).Messages); a != 3 || b != 3 {
		t.Errorf("they have %d and %d messages", a, b)
	}

	foreign := pharmacy.open(caseview.New{Key: key("foreign"), Scenario: "2.1A", Org: "wholesaler", Shipment: ledgertest.HashOf("another's").String(), Items: []caseview.Item{{Path: pack}}})
	pharmacy.must(pharmacy.Message(t.Context(), foreign.ID, caseview.Tell{}))
	eventually(t, "the pharmacy learns why its message was refused", func() bool {
		m := pharmacy.show(foreign.ID).Messages
		return strings.Contains(m[0].Note, "there is no shipment")
	})
	if _, err := wholesaler.Get(t.Context(), foreign.ID); err == nil {
		t.Error("a refused message opened a case")
	}
}

// What is no envelope is refused before its message is read.
func TestWhatIsNoEnvelopeIsRefused(t *testing.T) {
	for name, raw := range map[string][]byte{
		"no envelope": []byte("x"), "another tag": {0x83, 0x61, 'x', 0x41, 'x', 0xf6}, "too short": {0x81},
	} {
		if err := caseview.DecodeEnvelope(raw); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}

func TestLimitsOfACase(t *testing.T) {
	pharmacy, wholesaler := two(t)
	items := make([]caseview.Item, caseview.ItemsMax+1)
	for i := range items {
		items[i] = caseview.Item{GTIN: gtin, Serial: proof.Hash{byte(i), byte(i >> 8), 1}.String()[:12], Lot: "LOT-7A", Says: caseview.Claim{Lot: "LOT-8"}}
	}
	if _, err := pharmacy.tryOpen(caseview.New{Key: key("much"), Scenario: "1.2", Org: "wholesaler", Items: items}); err == nil || !strings.Contains(err.Error(), "10000") {
		t.Errorf("a case over its limit: %v", err)
	}
	k := pharmacy.open(caseview.New{Key: key("much"), Scenario: "1.2", Org: "wholesaler", Items: items[:caseview.ItemsMax]})
	if _, err := pharmacy.AddItems(t.Context(), k.ID, items[caseview.ItemsMax:]); err == nil {
		t.Error("a case got more items than its limit")
	}
	pharmacy.must(pharmacy.Message(t.Context(), k.ID, caseview.Tell{}))
	letters := pharmacy.letters(k.ID)
	for _, raw := range letters {
		if len(raw) > pdg.MessageBytesMax {
			t.Errorf("a message has %d bytes", len(raw))
		}
	}
	if len(letters) != 4 {
		t.Errorf("it takes %d messages", len(letters))
	}
	pharmacy.carry(wholesaler, k.ID)
	if theirs := wholesaler.show(k.ID); theirs.Items != caseview.ItemsMax || len(theirs.Things) != caseview.ItemsMax {
		t.Errorf("the other side has %d items", theirs.Items)
	}
	l, err := pharmacy.Letter(t.Context(), k.ID)
	if err == nil {
		t.Errorf("what was sent waits to be sent: %+v", l)
	}
}

// Items of many words take more messages, each of which can be read.
func TestAMessageThatWouldBeTooLargeIsSeveral(t *testing.T) {
	pharmacy, wholesaler := two(t)
	var items []caseview.Item
	for i := range 1200 {
		items = append(items, caseview.Item{GTIN: gtin, Lot: strings.Repeat("<", 199), Serial: time.Duration(i).String(), Says: caseview.Claim{Lot: strings.Repeat("<", 200)}})
	}
	k := pharmacy.open(caseview.New{Key: key("words"), Scenario: "1.2", Org: "wholesaler", Items: items})
	pharmacy.must(pharmacy.Message(t.Context(), k.ID, caseview.Tell{}))
	if n := len(pharmacy.letters(k.ID)); n != 4 {
		t.Errorf("it takes %d messages", n)
	}
	if got := pharmacy.carry(wholesaler, k.ID); got.Case.Items != len(items) {
		t.Errorf("the other side has %d items", got.Case.Items)
	}
}

func TestALetterSaysWhatTheMessageSays(t *testing.T) {
	pharmacy, _ := two(t)
	k := pharmacy.open(caseview.New{Key: key("letter"), Scenario: "2.1B", Org: "wholesaler", PO: "PO-1", Items: []caseview.Item{{GTIN: gtin, Ordered: 10, Received: 8}}})
	if _, err := pharmacy.Letter(t.Context(), k.ID); err == nil {
		t.Error("there is a letter without a message")
	}
	pharmacy.must(pharmacy.Message(t.Context(), k.ID, caseview.Tell{}))
	l, err := pharmacy.Letter(t.Context(), k.ID)
	if err != nil || len(l.Attach) != 1 || !strings.Contains(l.Subject, k.ID) || !strings.Contains(l.Text, "Order: PO-1\n") || !strings.Contains(l.Text, "- "+gtin+", ordered 10, received 8: Credit account\n") {
		t.Errorf("%+v, %v", l, err)
	}
	for name, err := range map[string]error{
		"told again":                 second(pharmacy.Message(t.Context(), k.ID, caseview.Tell{})),
		"sent without saying how":    second(pharmacy.NoteSent(t.Context(), k.ID, "clerk", " ")),
		"answered by who asks":       second(pharmacy.Answer(t.Context(), k.ID, caseview.Reply{Items: []caseview.ReplyItem{{Accept: true}}})),
		"settled before it's agreed": second(pharmacy.Settle(t.Context(), k.ID, caseview.Settling{Word: "x"})),
		"withdrawn without a reason": second(pharmacy.Withdraw(t.Context(), k.ID, "clerk", "")),
	} {
		if err == nil {
			t.Errorf("it was %s", name)
		}
	}
}

// A partner's own pace, and a site's own days, count from the next message on.
func TestAPartnersPaceAndASitesDaysCount(t *testing.T) {
	pharmacy, _ := two(t)
	if err := pharmacy.SetPace(t.Context(), "wholesaler", 0, 5); err != nil {
		t.Fatal(err)
	}
	n := caseview.New{Key: key("pace"), Scenario: "2.1B", Org: "wholesaler", Site: gln, Items: []caseview.Item{{GTIN: gtin, Ordered: 1}}}
	k := pharmacy.open(n)
	if k.Due.Rule.Name != "exception/agreed" || !k.Due.At.Equal(time.Date(2026, 3, 10, 15, 0, 0, 0, time.UTC)) { // the clocks in Chicago change on the 8th
		t.Errorf("it is due %s by %s", k.Due.At, k.Due.Rule.Name)
	}
	n.Key, n.Deadline = key("offer"), pharmacy.clock.now().Add(time.Hour)
	if k := pharmacy.open(n); k.Due.Rule.Name != "offer/deadline" || len(k.Due.All) != 2 {
		t.Errorf("it is due %s by %s", k.Due.At, k.Due.Rule.Name)
	}
	for _, days := range []int{-1, 61} {
		if pharmacy.SetPace(t.Context(), "wholesaler", 0, days) == nil {
			t.Errorf("%d days are agreed", days)
		}
	}
	if err := pharmacy.SetPace(t.Context(), "wholesaler", 0, 0); err != nil {
		t.Fatal(err)
	}
	n.Key, n.Deadline = key("custom"), time.Time{}
	if k := pharmacy.open(n); k.Due.Rule.Name != "exception/three-days" {
		t.Errorf("it is due by %s", k.Due.Rule.Name)
	}
}

// What people send as any document is a message all the same.
func TestAMessageThatIsSentAsADocumentFindsItsCase(t *testing.T) {
	pharmacy, wholesaler := two(t)
	ours := pharmacy.open(caseview.New{Key: key("by hand"), Scenario: "2.1A", Org: "wholesaler", PO: "PO-1", Items: []caseview.Item{{Path: pack}}})
	pharmacy.must(pharmacy.Message(t.Context(), ours.ID, caseview.Tell{})) // no node reaches it yet
	letter := string(pharmacy.letters(ours.ID)[0])

	reg := &registry{boxes: map[string]exchange.Mailbox{}}
	sender, receiver := pharmacy.join(reg), wholesaler.join(reg)
	var mu sync.Mutex
	left := []string{} // to the kind itself
	events := exchange.Kind{Name: "epcis", Document: true, Arrived: func(_ context.Context, in exchange.Incoming) (exchange.Outcome, error) {
		mu.Lock()
		defer mu.Unlock()
		left = append(left, in.Subject.Name)
		return exchange.Outcome{State: exchange.Waiting}, nil
	}}
	for _, x := range []*exchange.Exchange{sender, receiver} {
		if err := x.Register(events); err != nil {
			t.Fatal(err)
		}
		for _, kind := range []string{exchange.KindDocument, "epcis"} {
			if err := x.Divert(kind, wholesaler.Brought(x)); err != nil {
				t.Fatal(err)
			}
		}
		if err := x.Divert("gossip", wholesaler.Brought(x)); err == nil {
			t.Error("a kind that nobody registered is looked at")
		}
		x.Start()
	}
	for _, c := range []struct {
		name, kind, text, state, says string
	}{
		{"message.json", exchange.KindDocument, letter, "done", "case 1, open"},
		{"again.json", "epcis", letter, "done", "the message came before"},
		{"letter.txt", exchange.KindDocument, "the invoice is due", "waiting", ""},
		{"asn.xml", "epcis", "<epcis/>", "waiting", ""},
		{"wrong.json", exchange.KindDocument, `{"message_uuid": 1}`, "rejected", "message"},
	} {
		s, _, err := sender.SendDocument(t.Context(), exchange.Letter{To: "wholesaler", Kind: c.kind, Name: c.name, MediaType: "application/json", Content: strings.NewReader(c.text)})
		if err != nil {
			t.Fatal(err)
		}
		var came exchange.Came
		eventually(t, c.name+" is "+c.state, func() bool {
			came, err = receiver.InboxItem(t.Context(), s.ID)
			return err == nil && came.State == c.state
		})
		if !strings.Contains(came.Reason, c.says) {
			t.Errorf("of %s it says %q", c.name, came.Reason)
		}
	}
	if theirs := wholesaler.show(ours.ID); theirs.State != caseview.Open || theirs.Asking || theirs.PO != "PO-1" || theirs.Things[0].Path != pack || len(theirs.Messages) != 1 {
		t.Errorf("the wholesaler has %+v", theirs)
	}
	if mu.Lock(); len(left) != 1 || left[0] != "asn.xml" {
		t.Errorf("left to its kind was %q", left)
	}
	mu.Unlock()
}
