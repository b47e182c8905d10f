package exchange

import (
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"pedigree/proof"
)

// TestWhatMayNotBeDeliveredIsRefusedWithItsReason has the maker send in situations in
// which it may not, and looks at what its outbox and the wholesaler's inbox say.
func TestWhatMayNotBeDeliveredIsRefusedWithItsReason(t *testing.T) {
	for name, c := range map[string]struct {
		upset func(*town)
		o     Outgoing
		state string
		text  string
	}{
		"the receiver is suspended":   {func(w *town) { w.reg.change(func() { w.reg.standing["wholesaler"] = "suspended" }) }, Outgoing{}, "dead", "wholesaler is suspended"},
		"the sender is suspended":     {func(w *town) { w.reg.change(func() { w.reg.standing["maker"] = "suspended" }) }, Outgoing{}, "sending", "maker is suspended"},
		"the receiver has no mailbox": {func(w *town) { w.reg.change(func() { delete(w.reg.boxes, "wholesaler") }) }, Outgoing{}, "sending", "publishes no mailbox"},
		"the sender has no mailbox":   {func(w *town) { w.reg.change(func() { delete(w.reg.boxes, "maker") }) }, Outgoing{}, "sending", "can't be reached"},
		"the sender's key is retired": {func(w *town) { w.reg.change(func() { w.reg.retired["maker"] = true }) }, Outgoing{}, "sending", "maker has no key 1 in force"},
		"no sealing key is in force": {func(w *town) {
			w.reg.change(func() { m := w.reg.boxes["wholesaler"]; m.Seal[0].To = 5; w.reg.boxes["wholesaler"] = m })
		}, Outgoing{}, "sending", "names no sealing key in force"},
		"the sealing key is not one": {func(w *town) {
			w.reg.change(func() {
				m := w.reg.boxes["wholesaler"]
				m.Seal[0].Key = []byte("no key")
				w.reg.boxes["wholesaler"] = m
			})
		}, Outgoing{}, "sending", "couldn't use the partner's sealing key"},
		"the connection key is another's": {func(w *town) {
			w.reg.change(func() {
				m := w.reg.boxes["wholesaler"]
				m.TLS = w.reg.boxes["maker"].TLS
				w.reg.boxes["wholesaler"] = m
			})
		}, Outgoing{}, "sending", "answers with another key than its mailbox"},
		"the payload is too large for its kind":                  {func(*town) {}, Outgoing{Kind: "note", Payload: make([]byte, 1<<16+1)}, "dead", "may have 65536 bytes, this one has 65537"},
		"the kind is not taken there":                            {func(w *town) { delete(w.wholesaler.kinds, "stone") }, Outgoing{Kind: "stone"}, "dead", `deliveries of kind "stone" are not taken here`},
		"the receiver's disk of half-arrived deliveries is full": {func(w *town) { w.wholesaler.spoolMax = 10 }, Outgoing{}, "sending", "there is no room for 21 more bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTown(t)
			c.upset(w)
			if c.o.To = "wholesaler"; c.o.Kind == "" {
				c.o.Kind = "note"
			}
			if c.o.Payload == nil {
				c.o.Payload = []byte("hello")
			}
			id := w.maker.put(c.o)
			w.maker.turn()
			if s := w.maker.sent(id); s.State != c.state || !strings.Contains(s.Reason, c.text) || s.Attempts != 1 {
				t.Errorf("after %d attempts it is %s: %s", s.Attempts, s.State, s.Reason)
			}
			if got := w.wholesaler.inbox(); len(got) != 0 {
				t.Errorf("the wholesaler has %+v", got)
			}
		})
	}
}

func TestAKindTellsTheSenderWhatItRefuses(t *testing.T) {
	w := newTown(t)
	id := w.maker.put(Outgoing{To: "wholesaler", Kind: "stone", Payload: []byte("x")})
	w.maker.turn()
	w.wholesaler.turn()
	if got := w.wholesaler.inbox()[0]; got.State != "rejected" || !strings.Contains(got.Reason, "it is a stone") {
		t.Errorf("the inbox has %+v", got)
	}
	w.wholesaler.turn()
	w.maker.turn()
	if s := w.maker.sent(id); s.Answer != "refused" || !strings.Contains(s.Note, "it is a stone") {
		t.Errorf("the maker knows %q, %q", s.Answer, s.Note)
	}
}

func TestWhatNobodyCanDealWithIsTriedForTwoWeeksAndThenShown(t *testing.T) {
	w := newTown(t)
	id := w.maker.put(Outgoing{To: "wholesaler", Kind: "mud", Payload: []byte("x")})
	w.maker.turn()
	w.wholesaler.turn()
	if got := w.wholesaler.inbox()[0]; got.State != "arrived" || got.Reason != "too dark to look" {
		t.Fatalf("the inbox has %+v", got)
	}
	w.clock.pass(GiveUpAfter + time.Hour)
	w.wholesaler.turn()
	if got := w.wholesaler.inbox()[0]; got.State != "stuck" || got.ID != id {
		t.Errorf("the inbox has %+v", got)
	}
}

func TestAQueueRefusesWhatItCannotSend(t *testing.T) {
	w := newTown(t)
	for name, o := range map[string]Outgoing{
		"to itself":                 {To: "maker", Kind: "note", Payload: []byte("x")},
		"of an unknown kind":        {To: "wholesaler", Kind: "gold", Payload: []byte("x")},
		"with nothing":              {To: "wholesaler", Kind: "note"},
		"with both":                 {To: "wholesaler", Kind: "parcel", Payload: []byte("x"), Reference: []byte("x")},
		"by a reference nobody has": {To: "wholesaler", Kind: "note", Reference: []byte("x")},
		"too large for a row":       {To: "wholesaler", Kind: "note", Payload: make([]byte, InlineBytesMax+1)},
		"by too long a reference":   {To: "wholesaler", Kind: "parcel", Reference: make([]byte, ReferenceBytesMax+1)},
	} {
		if err := w.maker.vault.Update(t.Context(), func(tx *sql.Tx) error { _, err := w.maker.Queue(tx, o); return err }); err == nil {
			t.Errorf("%s it was queued", name)
		}
	}
	w.maker.put(Outgoing{To: "wholesaler", Kind: "note", Payload: make([]byte, InlineBytesMax)})
}

// speak makes a connection as a member and sends one request.
func (h *house) speak(to *house, as identity, method string, id proof.Hash, query string, body []byte) (int, *Refusal, progress) {
	h.t.Helper()
	m, _, err := h.reg.Mailbox(to.Org())
	if err != nil {
		h.t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: as.client(to.Org(), m.TLS), DisableKeepAlives: true}}
	req, err := http.NewRequestWithContext(h.t.Context(), method, "https://"+m.Addr+deliveriesPath+id.String()+query, strings.NewReader(string(body)))
	if err != nil {
		h.t.Fatal(err)
	}
	res, err := client.Do(req)
	if err != nil {
		return 0, nil, progress{}
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	if p, err := decodeProgress(answer); err == nil {
		return res.StatusCode, nil, p
	}
	r, err := decodeRefusal(answer)
	if err != nil {
		h.t.Fatalf("status %d with %q: %v", res.StatusCode, answer, err)
	}
	return res.StatusCode, r, progress{}
}

// madeHead is a head as the maker would send it, and its sealed payload.
func (w *town) madeHead(t *testing.T, change func(*Head)) (Head, []byte) {
	t.Helper()
	content := []byte("hello")
	m, _, _ := w.reg.Mailbox("wholesaler")
	seal, sender, err := newSeal(m.Seal[0].Key)
	if err != nil {
		t.Fatal(err)
	}
	h := Head{
		ChainID: w.maker.chain, From: "maker", KeyID: 1, To: "wholesaler", Kind: "note", Key: sha256.Sum256([]byte(t.Name())), Created: 1, Size: uint64(len(content)),
		Hash: sha256.Sum256(content), Seal: seal,
	}
	change(&h)
	var sealed strings.Builder
	if err := sealTo(&sealed, strings.NewReader(string(content)), int64(len(content)), sender, h.body()); err != nil {
		t.Fatal(err)
	}
	return h, []byte(sealed.String())
}

func TestAnOfferThatIsNotRightIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Head)
		raw    func([]byte) []byte
		id     func(proof.Hash) proof.Hash
		code   string
		good   bool // refused for good
	}{
		"of another chain":           {change: func(h *Head) { h.ChainID = "elsewhere" }, code: RefusedMessage, good: true},
		"for another member":         {change: func(h *Head) { h.To = "dispenser" }, code: RefusedMessage, good: true},
		"from another member":        {change: func(h *Head) { h.From = "copycat" }, code: RefusedMessage, good: true},
		"with a key that is not":     {change: func(h *Head) { h.KeyID = 9 }, code: RefusedSignature},
		"of a kind that is not":      {change: func(h *Head) { h.Kind = "gold" }, code: RefusedKind, good: true},
		"too large for its kind":     {change: func(h *Head) { h.Size = 1<<16 + 1 }, code: RefusedSize, good: true},
		"sealed to another key":      {change: func(h *Head) { h.Seal.Recipient[3] ^= 1 }, code: RefusedSealKey},
		"under another id":           {id: func(id proof.Hash) proof.Hash { id[0] ^= 1; return id }, code: RefusedMessage, good: true},
		"with a broken signature":    {raw: func(b []byte) []byte { b[len(b)-1] ^= 1; return b }, code: RefusedSignature, good: true},
		"that is cut off":            {raw: func(b []byte) []byte { return b[:len(b)-1] }, code: RefusedMessage, good: true},
		"that is garbage":            {raw: func([]byte) []byte { return []byte("hello") }, code: RefusedMessage, good: true},
		"that is larger than a head": {raw: func([]byte) []byte { return make([]byte, headBytesMax+1) }, code: RefusedSize, good: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTown(t)
			if c.change == nil {
				c.change = func(*Head) {}
			}
			h, _ := w.madeHead(t, c.change)
			raw, err := h.sign(signer("maker"))
			if err != nil {
				t.Fatal(err)
			}
			if c.raw != nil {
				raw = c.raw(raw)
			}
			id := h.ID()
			if c.id != nil {
				id = c.id(id)
			}
			status, r, _ := w.maker.speak(w.wholesaler, w.maker.self, http.MethodPut, id, "", raw)
			if r == nil || r.Code != c.code || r.Permanent != c.good || status != httpStatus[c.code] {
				t.Errorf("answered with status %d, %+v", status, r)
			}
			if _, n := w.wholesaler.spool.bytes(); n != 0 {
				t.Error("it left something half arrived")
			}
		})
	}
}

func TestAStrangerGetsNoFurtherThanTheHandshake(t *testing.T) {
	w := newTown(t)
	for name, as := range map[string]func() identity{
		"a member's id with another key": func() identity { return mustIdentity(t, "maker", "stolen") },
		"an id that nobody has":          func() identity { return mustIdentity(t, "nobody", "x") },
		"the receiver's own id":          func() identity { return mustIdentity(t, "wholesaler", "x") },
		"an id that is too long":         func() identity { return mustIdentity(t, strings.Repeat("m", proof.OrgIDMax+1), "x") },
		"no certificate":                 func() identity { return identity{} },
	} {
		if status, r, _ := w.maker.speak(w.wholesaler, as(), http.MethodPut, proof.Hash{1}, "", nil); status != 0 || r != nil {
			t.Errorf("%s was answered with status %d, %+v", name, status, r)
		}
	}
	if status, _, _ := w.maker.speak(w.wholesaler, w.maker.self, http.MethodPut, proof.Hash{1}, "", nil); status == 0 {
		t.Error("the member itself was not answered")
	}
}

func mustIdentity(t *testing.T, org, secret string) identity {
	t.Helper()
	id, err := newIdentity(org, sha256.Sum256([]byte(secret)))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestAMemberThatIsSuspendedOnAnOpenConnectionIsRefused(t *testing.T) {
	w := newTown(t)
	w.maker.note("wholesaler", "first")
	w.maker.turn()
	w.reg.change(func() { w.reg.standing["maker"] = "suspended" })
	h, _ := w.madeHead(t, func(*Head) {})
	m, _, _ := w.reg.Mailbox("wholesaler")
	_, err := call{http: w.maker.peers.client("wholesaler", m), addr: m.Addr, id: h.ID()}.offer(t.Context(), signedHead(t, h))
	var r *Refusal
	if !errors.As(err, &r) || r.Code != RefusedStanding || !r.Permanent {
		t.Errorf("it was answered with %v", err)
	}
}

func TestOneDoorServesSeveralOrganisations(t *testing.T) {
	w := newTown(t)
	door, err := OpenDoor("127.0.0.1:0", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer door.Close()
	door.admit(w.maker.Exchange)
	door.admit(w.wholesaler.Exchange)
	dispenser := move(t, w.reg, w.clock, "dispenser", t.TempDir())
	for _, h := range []*house{w.maker, w.wholesaler} {
		w.reg.publish(h.Exchange, door.Addr().String())
		id := dispenser.note(h.Org(), "to "+h.Org())
		dispenser.turn()
		if got := h.inbox(); len(got) != 1 || got[0].ID != id {
			t.Errorf("%s has %+v", h.Org(), got)
		}
	}
	door.leave(w.maker.Exchange)
	id := dispenser.note("maker", "again")
	dispenser.peers.close()
	dispenser.turn()
	if s := dispenser.sent(id); s.State != "sending" {
		t.Errorf("to one that left the delivery is %s", s.State)
	}
}

func TestAPartnersShareIsBounded(t *testing.T) {
	w := newTown(t)
	for i := range spoolPartnerMax + 1 {
		h, _ := w.madeHead(t, func(h *Head) { h.Key = sha256.Sum256(fmt.Append(nil, i)) })
		status, r, _ := w.maker.speak(w.wholesaler, w.maker.self, http.MethodPut, h.ID(), "", signedHead(t, h))
		if full := r != nil && r.Code == RefusedFull && r.Wait > 0; full != (i == spoolPartnerMax) {
			t.Fatalf("offer %d: status %d, %+v", i+1, status, r)
		}
	}
	err := w.wholesaler.update(t.Context(), `UPDATE exchange_key SET made = made`) // the store still takes writes
	if err != nil {
		t.Error(err)
	}
	w.clock.pass(partialKept + time.Hour)
	if err := w.wholesaler.sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n, count := w.wholesaler.spool.bytes(); n != 0 || count != 0 {
		t.Errorf("%d deliveries still stand half arrived", count)
	}
}

func TestRequestsOfOnePartnerAreBounded(t *testing.T) {
	var r rates
	var leave []func()
	for i := range requestsOrgMax {
		out, err := r.enter("maker")
		if err != nil {
			t.Fatalf("request %d at once: %v", i+1, err)
		}
		leave = append(leave, out)
	}
	if _, err := r.enter("maker"); err == nil {
		t.Error("one more at once was let in")
	}
	if out, err := r.enter("dispenser"); err != nil {
		t.Errorf("another partner was kept out: %v", err)
	} else {
		out()
	}
	leave[0]()
	if _, err := r.enter("maker"); err != nil {
		t.Errorf("after one left: %v", err)
	}
}
