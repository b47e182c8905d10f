package traceview

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/format/epcis/epcistest"
	"pedigree/internal/exchange"
	"pedigree/proof"
)

// newAsking is a wholesaler with a pallet of a maker whose node takes questions.
func newAsking(t *testing.T) (*mailWorld, epcistest.Shipment) {
	t.Helper()
	w := newMailWorld(t)
	s := testShipment(1, 1, 6)
	report, _, err := w.desks["maker"].Ship(t.Context(), ShipRequest{Items: w.pallets("maker", s), To: "wholesaler", PO: "PO-1"})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the shipment waits for a person", func() bool {
		came, err := w.mails["wholesaler"].InboxItem(t.Context(), *report.Delivery)
		return err == nil && came.State == "waiting"
	})
	if _, err := w.desks["wholesaler"].ReceiveInbox(t.Context(), *report.Delivery, ReceiveRequest{}); err != nil {
		t.Fatal(err)
	}
	w.chain.settle()
	return w, s
}

// ask asks as the wholesaler, and waits for the answers.
func (w *mailWorld) ask(texts ...string) []Asked {
	w.t.Helper()
	list, err := w.desks["wholesaler"].AskMakers(w.t.Context(), AskRequest{Items: texts, Purpose: "saleable-return"})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, a := range list {
		if a.Refused != "" {
			continue
		}
		eventually(w.t, "the maker answers about "+a.Path, func() bool {
			r, err := w.desks["wholesaler"].Replies(w.t.Context(), a.Path)
			return err == nil && len(r.Replies) > 0
		})
	}
	return list
}

func (w *mailWorld) judged(text string) verdict.Answer {
	w.t.Helper()
	list, err := w.desks["wholesaler"].Judge(w.t.Context(), []string{text})
	if err != nil {
		w.t.Fatal(err)
	}
	return list[0]
}

func factRules(facts []verdict.Fact) (rules []string) {
	for _, f := range facts {
		rules = append(rules, f.Rule)
	}
	return rules
}

func TestTheMakerSaysWhetherItMadeAPack(t *testing.T) {
	w, s := newAsking(t)
	scan := func(serial int, lot, expiry string) string {
		return fmt.Sprintf("(01)%s(21)%012d(17)%s(10)%s", pathOf(t, s.Pack(0))[4:18], 100000000001+serial, expiry, lot)
	}
	for _, c := range []struct {
		name, text, word string
		denied           bool
	}{
		{"as it was made", scan(0, "LOT-7A", "280630"), "match", false},
		{"by its serial number alone", s.Pack(1), "match", false},
		{"in another lot", scan(2, "LOT-X", "280630"), "no-match-lot", true},
		{"with another expiry date", scan(3, "LOT-7A", "290630"), "no-match-expiry", true},
		{"in another lot with another date", scan(4, "LOT-X", "290630"), "no-match-lot-expiry", true},
		{"a serial number never made", scan(900, "LOT-7A", "280630"), "no-match", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			asked := w.ask(c.text)[0]
			if asked.Maker != "maker" || asked.Delivery == nil || asked.Due.Sub(asked.Asked) != 24*time.Hour {
				t.Fatalf("asked was %+v", asked)
			}
			got, err := w.desks["wholesaler"].Replies(t.Context(), c.text)
			if err != nil || len(got.Replies) != 1 || got.Replies[0].Word != c.word || got.Replies[0].Known != "signed" || got.Replies[0].By != "maker" || got.Replies[0].Delivery == nil {
				t.Fatalf("the maker said %+v: %v", got, err)
			}
			a := w.judged(c.text)
			facts, notices := factRules(a.Facts), factRules(a.Notices)
			if c.denied != (a.Word == verdict.Stop) || c.denied != slices.Contains(facts, verdict.RuleMakerDenies) || c.denied == slices.Contains(notices, verdict.RuleMakerConfirms) {
				t.Errorf("%s with %v and %v", a.Word, facts, notices)
			}
			if slices.Contains(notices, verdict.RuleMakerAsked) || slices.Contains(facts, verdict.RuleMakerSilent) {
				t.Error("the answer is there, and is still waited for")
			}
		})
	}
}

func TestTheMakerTellsWhatItKnowsAgainstAPack(t *testing.T) {
	w, s := newAsking(t)
	w.recall("maker", pathOf(t, s.Pallet(0)))
	w.ask(s.Pack(0))
	got, err := w.desks["wholesaler"].Replies(t.Context(), s.Pack(0))
	if err != nil || len(got.Replies) != 1 || !cmp.Equal(got.Replies[0].Against, []string{verdict.RuleRecalled}) {
		t.Fatalf("of a recalled pack the maker says %+v: %v", got, err)
	}
	a := w.judged(s.Pack(0))
	signed := slices.ContainsFunc(a.Facts, func(f verdict.Fact) bool {
		return f.Rule == verdict.RuleRecalled && f.Basis.Known == verdict.Signed && f.Basis.Evidence == got.Replies[0].Delivery.String()
	})
	if !signed {
		t.Errorf("the verdict doesn't show it: %+v", a.Facts)
	}
}

func TestAQuestionIsPutOnceWhileItMayStillBeAnswered(t *testing.T) {
	w, s := newAsking(t)
	w.mails["maker"].Stop()
	first, err := w.desks["wholesaler"].AskMakers(t.Context(), AskRequest{Items: []string{s.Pack(0), s.Pack(0), s.Pack(1)}, Purpose: "suspect"})
	if err != nil || len(first) != 2 || *first[0].Delivery != *first[1].Delivery {
		t.Fatalf("asked was %+v: %v", first, err)
	}
	w.chain.pass(3600)
	again, err := w.desks["wholesaler"].AskMakers(t.Context(), AskRequest{Items: []string{s.Pack(1)}, Purpose: "suspect"})
	if err != nil || *again[0].Delivery != *first[0].Delivery {
		t.Errorf("asked again it is delivery %v: %v", again, err)
	}
	w.chain.pass(24 * 3600)
	later, err := w.desks["wholesaler"].AskMakers(t.Context(), AskRequest{Items: []string{s.Pack(1)}, Purpose: "suspect"})
	if err != nil || *later[0].Delivery == *first[0].Delivery {
		t.Errorf("a day later it is still delivery %v: %v", later, err)
	}
}

func TestNobodyIsAskedWhoCantBe(t *testing.T) {
	w, s := newAsking(t)
	for _, c := range []struct{ name, at, text, says string }{
		{"a product of no member", "wholesaler", "(01)00312345678906(21)1", "no member of this network"},
		{"a member that takes no messages", "wholesaler", "(01)00399971000011(21)1", "copycat takes no messages"},
		{"ourselves", "maker", s.Pack(0), "this organisation's own"},
	} {
		t.Run(c.name, func(t *testing.T) {
			list, err := w.desks[c.at].AskMakers(t.Context(), AskRequest{Items: []string{c.text}, Purpose: "suspect"})
			if err != nil || len(list) != 1 || list[0].Delivery != nil || !strings.Contains(list[0].Refused, c.says) {
				t.Errorf("asked was %+v: %v", list, err)
			}
		})
	}
	for _, c := range []struct {
		name    string
		request AskRequest
	}{
		{"without packs", AskRequest{Purpose: "suspect"}},
		{"for no purpose", AskRequest{Items: []string{s.Pack(0)}}},
		{"for a purpose nobody knows", AskRequest{Items: []string{s.Pack(0)}, Purpose: "curiosity"}},
		{"about a pallet", AskRequest{Items: []string{s.Pallet(0)}, Purpose: "suspect"}},
		{"about too many", AskRequest{Items: make([]string, VerifyItemsMax+1), Purpose: "suspect"}},
	} {
		if _, err := w.desks["wholesaler"].AskMakers(t.Context(), c.request); err == nil {
			t.Errorf("%s it was asked", c.name)
		}
	}
}

func TestAMakerRefusesWhatIsNotItsToAnswer(t *testing.T) {
	w, s := newAsking(t)
	deliver := func(kind string, payload []byte) exchange.Sent {
		t.Helper()
		x := w.mails["wholesaler"]
		var id proof.Hash
		err := w.desks["wholesaler"].vault.Update(t.Context(), func(tx *sql.Tx) (err error) {
			id, err = x.Queue(tx, exchange.Outgoing{To: "maker", Kind: kind, Key: hashOf(t.Name(), payload), Payload: payload})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		x.Wake()
		var sent exchange.Sent
		eventually(t, "it is refused", func() bool {
			sent, err = x.OutboxItem(t.Context(), id)
			return err == nil && sent.Answer != ""
		})
		return sent
	}
	for _, c := range []struct {
		name, kind string
		payload    []byte
		says       string
	}{
		{"another's product", KindVerify, Question{Purpose: 1, Items: []QuestionItem{{Path: "/01/00399971000011/21/1"}}}.Encode(), "is not ours"},
		{"no question", KindVerify, []byte("what?"), ""},
		{"an answer to nothing", KindVerifyAnswer, MakerAnswer{Items: []MakerAnswerItem{{Path: pathOf(t, s.Pack(0)), Word: Match}}}.Encode(), "was not asked"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if s := deliver(c.kind, c.payload); s.Answer != "refused" || !strings.Contains(s.Note, c.says) {
				t.Errorf("the answer is %q: %s", s.Answer, s.Note)
			}
		})
	}
	w.setGiven(VerifyDailyMax - 1)
	if s := deliver(KindVerify, Question{Purpose: 1, Items: []QuestionItem{{Path: pathOf(t, s.Pack(0))}, {Path: pathOf(t, s.Pack(1))}}}.Encode()); s.Answer != "refused" || !strings.Contains(s.Note, "at most 10000") {
		t.Errorf("past the day's limit the answer is %q: %s", s.Answer, s.Note)
	}
	w.ask(s.Pack(2)) // the last of the day
}

// setGiven has the maker remember that it answered about so many packs today.
func (w *mailWorld) setGiven(items int) {
	w.t.Helper()
	err := w.desks["maker"].vault.Update(context.Background(), func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO verify_given (delivery, partner, items, at) VALUES ($1, 'wholesaler', $2, $3)`, []byte("before"), items, w.desks["maker"].now().Unix())
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func TestTheNewestWordCountsAndThePartnersOwnBeforeANote(t *testing.T) {
	at := func(hour int, known int, w MakerWord) replyRow {
		return replyRow{Reply: Reply{At: time.Unix(int64(hour)*3600, 0)}, known: known, word: w}
	}
	for _, c := range []struct {
		name string
		list []replyRow // the newest first
		want []MakerWord
	}{
		{"nothing was said", nil, nil},
		{"its node said two things", []replyRow{at(2, KnownSigned, NoLot), at(1, KnownSigned, Match)}, []MakerWord{NoLot}},
		{"a note alone", []replyRow{at(1, KnownReported, Match)}, []MakerWord{Match}},
		{"a newer note confirms what its node denied", []replyRow{at(2, KnownReported, Match), at(1, KnownSigned, NoSerial)}, []MakerWord{NoSerial}},
		{"a newer note denies what its node confirmed", []replyRow{at(2, KnownReported, NoSerial), at(1, KnownSigned, Match)}, []MakerWord{Match, NoSerial}},
		{"an older note denies what its node confirmed", []replyRow{at(2, KnownSigned, Match), at(1, KnownReported, NoSerial)}, []MakerWord{Match}},
	} {
		var got []MakerWord
		for _, r := range decisive(c.list) {
			got = append(got, r.word)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v counts, want %v", c.name, got, c.want)
		}
	}
}

func TestANoteIsKeptAsItWasSaid(t *testing.T) {
	x := newShelf(t)
	d := x.desks["dispenser"]
	x.note("no-match", "  its portal <b>case</b> 4711 ")
	x.note("no-match", "its portal <b>case</b> 4711")
	got, err := d.Replies(t.Context(), x.s.Pack(0))
	if err != nil || len(got.Replies) != 1 || got.Replies[0].By != "its portal <b>case</b> 4711" || got.Replies[0].Known != "reported" || got.Asked != nil {
		t.Errorf("kept is %+v: %v", got, err)
	}
	for _, n := range []Note{
		{Item: x.s.Pack(0), Word: "perhaps", By: "somebody"},
		{Item: x.s.Pack(0), Word: "match", By: " "},
		{Item: x.s.Pack(0), Word: "match", By: strings.Repeat("x", VerifyNoteMax+1)},
		{Item: x.pallet, Word: "match", By: "somebody"},
		{Item: "hello", Word: "match", By: "somebody"},
	} {
		if _, err := d.NoteReply(t.Context(), n); err == nil {
			t.Errorf("%+v was noted", n)
		}
	}
}

func TestQuestionsAndAnswersAreReadStrictly(t *testing.T) {
	item := QuestionItem{Path: "/01/00399991123455/21/1", Lot: strings.Repeat("L", lotTextMax), Expiry: "280630"}
	for name, q := range map[string]Question{
		"no purpose":     {Items: []QuestionItem{item}},
		"a strange one":  {Purpose: PurposeDispense + 1, Items: []QuestionItem{item}},
		"nothing":        {Purpose: 1},
		"a pack twice":   {Purpose: 1, Items: []QuestionItem{item, item}},
		"a pallet":       {Purpose: 1, Items: []QuestionItem{{Path: "/00/003999910000000015"}}},
		"too long a lot": {Purpose: 1, Items: []QuestionItem{{Path: item.Path, Lot: strings.Repeat("L", lotTextMax+1)}}},
	} {
		if _, err := DecodeQuestion(q.Encode()); err == nil {
			t.Errorf("a question with %s was read", name)
		}
	}
	for name, a := range map[string]MakerAnswer{
		"no word":        {Items: []MakerAnswerItem{{Path: item.Path}}},
		"a strange word": {Items: []MakerAnswerItem{{Path: item.Path, Word: NoLotExpiry + 1}}},
		"nothing":        {},
		"disorder":       {Items: []MakerAnswerItem{{Path: item.Path, Word: Match, Known: []string{verdict.RuleExpired, verdict.RuleRecalled}}}},
		"another rule":   {Items: []MakerAnswerItem{{Path: item.Path, Word: Match, Known: []string{verdict.RuleUnknown}}}},
	} {
		if _, err := DecodeMakerAnswer(a.Encode()); err == nil {
			t.Errorf("an answer with %s was read", name)
		}
	}
	largest := Question{Purpose: 1}
	for i := range VerifyItemsMax {
		largest.Items = append(largest.Items, QuestionItem{Path: fmt.Sprintf("/01/00399991123455/21/%020d", i), Lot: item.Lot, Expiry: item.Expiry})
	}
	got, err := DecodeQuestion(largest.Encode())
	if err != nil || !cmp.Equal(got, largest) || len(largest.Encode()) > verifyBytesMax {
		t.Errorf("the largest question takes %d bytes: %v", len(largest.Encode()), err)
	}
	largest.Items = append(largest.Items, QuestionItem{Path: "/01/00399991123455/21/x"})
	if _, err := DecodeQuestion(largest.Encode()); err == nil {
		t.Error("a question with too many packs was read")
	}
}

func FuzzDecodeQuestion(f *testing.F) {
	f.Add(Question{Purpose: 1, Items: []QuestionItem{{Path: "/01/00399991123455/21/1", Lot: "LOT-7A", Expiry: "280630"}}}.Encode())
	f.Add(MakerAnswer{Items: []MakerAnswerItem{{Path: "/01/00399991123455/21/1", Word: NoLot, Known: makerInfo}}}.Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		if q, err := DecodeQuestion(b); err == nil && string(q.Encode()) != string(b) {
			t.Error("a question read and written again differs")
		}
		if a, err := DecodeMakerAnswer(b); err == nil && string(a.Encode()) != string(b) {
			t.Error("an answer read and written again differs")
		}
	})
}
