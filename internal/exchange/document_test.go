package exchange

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pedigree/internal/vault"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// letter sends a document and fails the test if it is refused.
func (h *house) letter(to, name string, content []byte) Sent {
	h.t.Helper()
	s, _, err := h.SendDocument(h.t.Context(), Letter{To: to, Kind: KindDocument, Name: name, MediaType: "application/pdf", Reference: "PO-1001", Content: bytes.NewReader(content)})
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

func TestADocumentArrivesWithItsNameAndIsMarkedByAPerson(t *testing.T) {
	w := newTown(t)
	content := noise("invoice", 3*plainChunk+5)
	s := w.maker.letter("wholesaler", "invoice 2031 – März.pdf", content)
	w.maker.turn()
	w.wholesaler.turn()
	got := w.wholesaler.inbox()[0]
	want := &Subject{Name: "invoice 2031 – März.pdf", MediaType: "application/pdf", Reference: "PO-1001", Size: int64(len(content)), Hash: proof.Hash(sha256.Sum256(content))}
	if diff := cmp.Diff(want, got.Subject); diff != "" || got.State != "waiting" {
		t.Fatalf("it is %s:\n%s", got.State, diff)
	}
	if !bytes.Equal(w.wholesaler.content(s.ID), content) {
		t.Error("the document arrived differently")
	}
	for range 2 { // the second time nothing changes
		if err := w.wholesaler.MarkDone(t.Context(), s.ID, "booked"); err != nil {
			t.Fatal(err)
		}
	}
	w.wholesaler.turn()
	w.maker.turn()
	if s := w.maker.sent(s.ID); s.Answer != "received" || s.Note != "booked" || !s.Answered.Equal(w.clock.now()) {
		t.Errorf("the maker knows %q, %q, %v", s.Answer, s.Note, s.Answered)
	}
	if err := w.wholesaler.Reject(t.Context(), s.ID, "no"); err == nil {
		t.Error("what was dealt with was refused")
	}
}

func TestADocumentGoesOnceToEachMember(t *testing.T) {
	w := newTown(t)
	move(t, w.reg, w.clock, "pharmacy", t.TempDir())
	send := func(to, name string) (Sent, bool) {
		s, known, err := w.maker.SendDocument(t.Context(), Letter{To: to, Kind: KindDocument, Name: name, MediaType: "text/plain", Content: strings.NewReader("the same")})
		if err != nil {
			t.Fatal(err)
		}
		return s, known
	}
	first, known := send("wholesaler", "a.txt")
	if known {
		t.Error("it is known at first")
	}
	again, known := send("wholesaler", "b.txt")
	if !known || again.ID != first.ID || again.Subject.Name != "a.txt" {
		t.Errorf("sent again under another name it is %v, known %t", again, known)
	}
	if other, known := send("pharmacy", "a.txt"); known || other.ID == first.ID {
		t.Error("the same document to another member is not another delivery")
	}
}

func TestBothSidesMayBeAwayForAWeek(t *testing.T) {
	w := newTown(t)
	w.wholesaler.leave()
	s := w.maker.letter("wholesaler", "a.pdf", noise("a", 5000))
	w.maker.turn()
	if got := w.maker.sent(s.ID); got.State != "sending" || got.Attempts == 0 {
		t.Fatalf("it is %s after %d attempts", got.State, got.Attempts)
	}
	w.maker.leave()
	w.clock.pass(7 * 24 * time.Hour)
	w.wholesaler = w.wholesaler.again()
	w.maker = w.maker.again()
	w.clock.pass(time.Hour)
	w.maker.turn()
	w.wholesaler.leave() // before it looked at it
	w.clock.pass(7 * 24 * time.Hour)
	w.wholesaler = w.wholesaler.again()
	w.wholesaler.turn()
	if got := w.wholesaler.inbox(); len(got) != 1 || got[0].Subject == nil || got[0].State != "waiting" {
		t.Errorf("the inbox has %+v", got)
	}
	if got := w.maker.sent(s.ID); got.State != "delivered" {
		t.Errorf("it is %s: %s", got.State, got.Reason)
	}
}

func TestWhatCannotBeSentIsRefusedAtOnce(t *testing.T) {
	w := newTown(t)
	small := Kind{Name: "small", Document: true, BytesMax: subjectBytesMax + 100}
	if err := w.maker.Register(small); err != nil {
		t.Fatal(err)
	}
	ok := Letter{To: "wholesaler", Kind: "small", Name: "a.txt", MediaType: "text/plain"}
	for name, c := range map[string]struct {
		change func(*Letter)
		size   int
		want   error
	}{
		"the largest":                  {func(*Letter) {}, 100, nil},
		"one byte more":                {func(*Letter) {}, 101, vault.ErrTooLarge},
		"nothing in it":                {func(*Letter) {}, 0, ErrDocument},
		"to itself":                    {func(l *Letter) { l.To = "maker" }, 1, ErrDocument},
		"to a stranger":                {func(l *Letter) { l.To = "gone" }, 1, ErrStanding},
		"no such kind":                 {func(l *Letter) { l.Kind = "gossip" }, 1, ErrDocument},
		"a kind that is no document":   {func(l *Letter) { l.Kind = "note" }, 1, ErrDocument},
		"the longest name":             {func(l *Letter) { l.Name = strings.Repeat("n", NameBytesMax) }, 2, nil},
		"a longer name":                {func(l *Letter) { l.Name = strings.Repeat("n", NameBytesMax+1) }, 1, ErrDocument},
		"no name":                      {func(l *Letter) { l.Name = "" }, 1, ErrDocument},
		"a name with a folder":         {func(l *Letter) { l.Name = "../a" }, 1, ErrDocument},
		"a name with Windows's folder": {func(l *Letter) { l.Name = `..\a` }, 1, ErrDocument},
		"a hidden name":                {func(l *Letter) { l.Name = ".profile" }, 1, ErrDocument},
		"a name written backwards":     {func(l *Letter) { l.Name = "fdp.\u202etxt.exe" }, 1, ErrDocument},
		"a name of two lines":          {func(l *Letter) { l.Name = "a\nb" }, 1, ErrDocument},
		"no media type":                {func(l *Letter) { l.MediaType = "pdf" }, 1, ErrDocument},
		"the longest reference":        {func(l *Letter) { l.Reference = strings.Repeat("r", NoteBytesMax) }, 3, nil},
		"a longer reference":           {func(l *Letter) { l.Reference = strings.Repeat("r", NoteBytesMax+1) }, 1, ErrDocument},
	} {
		t.Run(name, func(t *testing.T) {
			l := ok
			c.change(&l)
			w.reg.change(func() { w.reg.standing["gone"] = "removed" })
			l.Content = bytes.NewReader(noise(name, c.size))
			if _, _, err := w.maker.SendDocument(t.Context(), l); !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestAnOutboxIsFullForOnePartnerAndNotForAnother(t *testing.T) {
	w := newTown(t)
	move(t, w.reg, w.clock, "pharmacy", t.TempDir())
	fill := func(n int) {
		err := w.maker.vault.Update(t.Context(), func(tx *sql.Tx) error {
			for i := range n {
				if _, err := w.maker.Queue(tx, Outgoing{To: "wholesaler", Kind: "note", Key: ledgertest.HashOf(fmt.Sprintf("note %d of %d", i, n)), Payload: []byte("x")}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	send := func(to, text string) error {
		_, _, err := w.maker.SendDocument(t.Context(), Letter{To: to, Kind: KindDocument, Name: "a.txt", MediaType: "text/plain", Content: strings.NewReader(text)})
		return err
	}
	fill(outboxPartnerMax - 1)
	if err := send("wholesaler", "the last one"); err != nil {
		t.Errorf("at the limit: %v", err)
	}
	if err := send("wholesaler", "one more"); !errors.Is(err, ErrOutboxFull) {
		t.Errorf("past the limit: %v", err)
	}
	if err := send("pharmacy", "one more"); err != nil {
		t.Errorf("to another partner: %v", err)
	}
}

// TestADocumentThatIsNotWhatStandsAheadOfItIsSentBack has a sender that lies.
func TestADocumentThatIsNotWhatStandsAheadOfItIsSentBack(t *testing.T) {
	w := newTown(t)
	honest := Subject{Name: "a.txt", MediaType: "text/plain", Size: 3, Hash: proof.Hash(sha256.Sum256([]byte("abc")))}
	for name, payload := range map[string][]byte{
		"nothing":           {},
		"no subject":        []byte("<html><script>"),
		"cut short":         append(honest.encode(), "ab"...),
		"longer":            append(honest.encode(), "abcd"...),
		"another content":   append(honest.encode(), "abd"...),
		"a name with paths": append(Subject{Name: "../../.ssh/keys", MediaType: "text/plain", Size: 3, Hash: honest.Hash}.encode(), "abc"...),
	} {
		// The maker's program has another idea of the kind: it sends what it is given.
		k := w.maker.kinds[KindDocument]
		k.Document = false
		w.maker.kinds[KindDocument] = k
		id := w.maker.put(Outgoing{To: "wholesaler", Kind: KindDocument, Key: ledgertest.HashOf(name), Payload: payload})
		w.maker.turn()
		w.wholesaler.turn()
		w.wholesaler.turn()
		w.maker.turn()
		if c, err := w.wholesaler.InboxItem(t.Context(), id); err != nil || c.State != "rejected" || c.Subject != nil {
			t.Errorf("%s: the wholesaler's is %s, %v", name, c.State, err)
		}
		if s := w.maker.sent(id); s.Answer != "refused" {
			t.Errorf("%s: the maker knows %q", name, s.Answer)
		}
	}
}

func TestADeadLetterIsTakenOutAndSentAgain(t *testing.T) {
	w := newTown(t)
	s := w.maker.letter("wholesaler", "a.pdf", []byte("the document"))
	w.wholesaler.leave()
	w.maker.turn()
	w.clock.pass(GiveUpAfter + time.Hour)
	w.maker.turn()
	if got := w.maker.sent(s.ID); got.State != "dead" {
		t.Fatalf("it is %s", got.State)
	}
	r, _, err := w.maker.SentContent(t.Context(), s.ID)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if err := errors.Join(err, r.Close()); err != nil || string(got) != "the document" {
		t.Errorf("it was taken out as %q: %v", got, err)
	}
	w.wholesaler = w.wholesaler.again()
	if err := w.maker.Retry(t.Context(), s.ID); err != nil {
		t.Fatal(err)
	}
	w.maker = w.maker.again()
	w.maker.turn()
	if got := w.maker.sent(s.ID); got.State != "delivered" {
		t.Errorf("it is %s: %s", got.State, got.Reason)
	}
}

// TestAProgramsAnswerStandsBesideAPersons checks both, in both orders.
func TestAProgramsAnswerStandsBesideAPersons(t *testing.T) {
	w := newTown(t)
	found := Acknowledgement{Answer: AcceptedWithFindings, Text: "one finding", Items: []RefusedItem{{"line 3", "odd"}}}
	for _, person := range []Answer{Received, RefusedWhole} {
		id := w.maker.note("wholesaler", fmt.Sprint("note ", person))
		for _, a := range []Acknowledgement{{Answer: person, Text: "by hand"}, found, {Answer: person, Text: "by hand"}} {
			w.wholesaler.ack(id, a)
			w.maker.turn()
		}
		s := w.maker.sent(id)
		want := &Check{Result: "accepted with findings", Text: "one finding", At: w.clock.now(), Findings: found.Items}
		if diff := cmp.Diff(want, s.Check); diff != "" || s.Answer != answers[person] {
			t.Errorf("the answer is %q:\n%s", s.Answer, diff)
		}
	}
	list, err := w.maker.Outbox(t.Context(), Listing{Kind: "note"})
	if err != nil || len(list) != 2 || list[0].Check == nil || list[0].Check.Findings != nil {
		t.Errorf("the listing has %+v: %v", list, err)
	}
	if list, err := w.maker.Outbox(t.Context(), Listing{Kind: "parcel"}); err != nil || len(list) != 0 {
		t.Errorf("the listing of another kind has %+v: %v", list, err)
	}
}

// ack answers a delivery and has the answer sent.
func (h *house) ack(id proof.Hash, a Acknowledgement) {
	h.t.Helper()
	err := h.vault.Update(h.t.Context(), func(tx *sql.Tx) error { return h.Acknowledge(tx, Came{ID: id, From: "maker"}, a) })
	if err != nil {
		h.t.Fatal(err)
	}
	h.turn()
}
