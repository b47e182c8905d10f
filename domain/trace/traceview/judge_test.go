package traceview

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/format/epcis/epcistest"
	"pedigree/ledger"
	"pedigree/proof"
)

// shelf is a dispenser with one pallet that its maker shipped to it.
type shelf struct {
	*trade
	s      epcistest.Shipment
	pallet string
}

func newShelf(t testing.TB) shelf {
	x := newExchange(t)
	s := testShipment(1, 1, 3)
	pallets := x.pallets("maker", s)
	x.handPrekeys("dispenser", "maker", 1)
	x.receive("dispenser", x.ship("maker", "dispenser", pallets[0]))
	x.deliver()
	return shelf{x, s, pallets[0]}
}

func (x shelf) judge(at string, texts ...string) []verdict.Answer {
	x.t.Helper()
	answers, err := x.desks[at].Judge(context.Background(), texts)
	if err != nil {
		x.t.Fatal(err)
	}
	return answers
}

// sql changes rows of the dispenser's private store.
func (x shelf) sql(query string, args ...any) {
	x.t.Helper()
	err := x.desks["dispenser"].vault.Update(context.Background(), func(tx *sql.Tx) error {
		_, err := tx.Exec(query, args...)
		return err
	})
	if err != nil {
		x.t.Fatal(err)
	}
}

// onLedger changes the pallet's record and origin in committed state, as an act of
// somebody else would have.
func (x shelf) onLedger(change func(*proof.Record, *proof.OriginState)) {
	x.t.Helper()
	var o opening
	err := x.desks["dispenser"].vault.View(context.Background(), func(tx *sql.Tx) error {
		it, err := mustItem(tx, x.pallet)
		if err == nil {
			o, err = openItem(tx, it)
		}
		return err
	})
	if err != nil {
		x.t.Fatal(err)
	}
	rows := x.chain.chain.State.Rows
	recordKey, originKey := string(proof.RecordKey(o.origin, o.leaf)), string(proof.OriginKey(o.origin))
	rec, err := proof.DecodeRecord(rows[recordKey])
	if err != nil {
		x.t.Fatal(err)
	}
	state, err := proof.DecodeOriginState(rows[originKey])
	if err != nil {
		x.t.Fatal(err)
	}
	change(&rec, &state)
	rows[recordKey], rows[originKey] = rec.Encode(), state.Encode()
}

// note keeps what a maker is said to have said of the first pack.
func (x shelf) note(word, by string) {
	x.t.Helper()
	if _, err := x.desks["dispenser"].NoteReply(context.Background(), Note{Item: x.s.Pack(0), Word: word, By: by}); err != nil {
		x.t.Fatal(err)
	}
}

// asked makes a question of the dispenser to the maker so old.
func (x shelf) asked(path string, ago time.Duration) {
	x.t.Helper()
	id := hashOf("question", []byte(path))
	x.sql(`INSERT INTO verify_ask (id, maker, purpose, asked) VALUES ($1, 'maker', 2, $2)`, id[:], x.desks["dispenser"].now().Add(-ago).Unix())
	x.sql(`INSERT INTO verify_item (path, ask, lot, expiry) VALUES ($1, $2, '', '')`, path, id[:])
}

func (x shelf) flag(flag uint64) {
	x.onLedger(func(r *proof.Record, _ *proof.OriginState) { r.Flags |= flag })
}

func (x shelf) scanOf(pack int, lot, expiry string) string {
	return fmt.Sprintf("(01)%s(21)%012d(17)%s(10)%s", pathOf(x.t, x.s.Pack(0))[4:18], 100000000001+pack, expiry, lot)
}

// rowCase makes one row of the page true of what is asked.
type rowCase struct {
	at, text string // the dispenser and its first pack, where nothing else is said
	make     func(x shelf)
	says     string
}

// rowCases has one for each row; a row without one fails the test.
var rowCases = map[string]rowCase{
	verdict.RuleDispensed: {make: func(x shelf) {
		if _, err := x.desks["dispenser"].Dispense(context.Background(), []string{x.s.Pack(0)}, "dispensing"); err != nil {
			x.t.Fatal(err)
		}
	}, says: "dispensed here already, on 20"},
	verdict.RuleEnded: {make: func(x shelf) {
		x.onLedger(func(r *proof.Record, _ *proof.OriginState) { r.State, r.End = proof.StateEnded, proof.EndLost })
	}, says: "was lost or stolen"},
	verdict.RuleStolen:       {make: func(x shelf) { x.flag(proof.FlagStolen) }, says: "was reported stolen"},
	verdict.RuleIllegitimate: {make: func(x shelf) { x.flag(proof.FlagIllegitimate) }, says: "found illegitimate"},
	verdict.RuleSuspect:      {make: func(x shelf) { x.flag(proof.FlagSuspect) }, says: "is suspect"},
	verdict.RuleFrozen:       {make: func(x shelf) { x.flag(proof.FlagFrozen) }, says: "frozen by the council"},
	verdict.RuleHeld:         {make: func(x shelf) { x.flag(proof.FlagHeld) }, says: "What it is in (/00/"},
	verdict.RuleRecalled:     {make: func(x shelf) { x.recall("maker", x.pallet) }, says: "recall number 1, class II"},
	verdict.RuleDuplicate: {make: func(x shelf) {
		x.sql(`INSERT INTO trace_conflict (path, origin, file) VALUES (?, ?, 1)`, pathOf(x.t, x.s.Pack(0)), []byte("another"))
	}, says: "one of them is a copy"},
	verdict.RuleContradiction: {text: "another lot", says: "says lot LOT-OTHER; its maker committed to LOT-7A"},
	verdict.RuleStatement: {make: func(x shelf) {
		x.sql(`UPDATE trace_commission SET stmt_salt = ?`, make([]byte, proof.HashSize))
	}, says: "not the one that was committed to"},
	verdict.RuleExpired:             {make: func(x shelf) { x.chain.pass(3 * 366 * 24 * 3600) }, says: "expired on 2028-06-30"},
	verdict.RuleNotHere:             {at: "maker", says: "dispenser has received it"},
	verdict.RuleSellerNotAuthorised: {text: outsidePack, make: func(x shelf) { x.outside(SellerNotAuthorised, 1) }, says: "was no authorised trading partner"},
	verdict.RuleSellerUnknown:       {text: outsidePack, make: func(x shelf) { x.outside(SellerUnknown, 1) }, says: "nothing here told whether 0614141000012"},
	verdict.RuleOwnWord:             {text: outsidePack, make: func(x shelf) { x.outsideAs(KnownOwn, SellerAuthorised, 0) }, says: "with a stock list"},
	verdict.RuleDataFaulty:          {text: outsidePack, make: func(x shelf) { x.outside(SellerAuthorised, unaffirmed) }, says: "document 2 affirms nothing"},
	verdict.RuleSellerReported:      {text: outsidePack, make: func(x shelf) { x.outside(SellerAuthorised, 1) }, says: "The ledger doesn't prove it"},
	verdict.RuleInferred:            {text: outsidePack, make: func(x shelf) { x.outside(SellerAuthorised, 1) }, says: "in a closed container"},

	verdict.RuleUnreadable: {text: "hello"},
	verdict.RuleRecallListOld: {make: func(x shelf) {
		d := x.desks["dispenser"]
		later := d.now().Add(ledgerAgeDefault + time.Second)
		d.now = func() time.Time { return later }
	}, says: "The newest block here is of "},
	verdict.RuleLedgerBehind: {make: func(x shelf) {
		x.onLedger(func(r *proof.Record, _ *proof.OriginState) { r.Owner[5] ^= 1 })
	}, says: "other keys than yours"},
	verdict.RuleMakerDenies: {make: func(x shelf) { x.note("no-match", "its portal") }, says: "noted: its portal) says that it has made no pack"},
	verdict.RuleMakerSilent: {text: "(01)00399991123455(21)NEVER-MADE", make: func(x shelf) {
		x.asked("/01/00399991123455/21/NEVER-MADE", answerDue+time.Second)
	}, says: "has not answered"},
	verdict.RuleMakerConfirms: {make: func(x shelf) { x.note("match", "by telephone") }, says: "noted: by telephone"},
	verdict.RuleMakerAsked:    {make: func(x shelf) { x.asked(pathOf(x.t, x.s.Pack(0)), 2*answerDue) }, says: "the answer is due by"},

	verdict.RuleNoMaker:  {make: func(x shelf) { x.sql(`UPDATE trace_commission SET stmt_body = NULL`) }, says: "No maker's statement"},
	verdict.RuleNotAPack: {text: "the pallet, dispensed", says: "This is a pallet, not a pack"},
	verdict.RuleUnknown:  {at: "wholesaler", says: "not proof of a fake"},

	verdict.RuleProductNoData: {text: "(01)00361414123458(21)NO-DATA", make: func(x shelf) {
		x.openCase(x.withCases(), "/01/00361414123458/21/NO-DATA")
	}, says: "It is here by case 1 of "},

	verdict.RuleCustodyProved: {says: "proves who made it, and that it is yours"},
	verdict.RuleIntroduced: {make: func(x shelf) {
		x.onLedger(func(_ *proof.Record, o *proof.OriginState) { o.Class = proof.ClassIntroduced })
	}, says: "from outside the network"},
	verdict.RuleNoDuty: {text: "(01)00361414123458(21)FREE(10)A", make: func(x shelf) {
		x.notices(x.desks["dispenser"].now())
		x.free("medical-gas")
	}, says: "a medical gas"},

	verdict.RuleWasOut:     {make: func(x shelf) { x.flag(proof.FlagReentered) }, says: "left the network once"},
	verdict.RuleAskedTwice: {text: "twice", says: "more than once"},
}

// asked is the answer to a row's question over HTTP.
func (c rowCase) asked(x shelf) verdict.Answer {
	at, text := "dispenser", x.s.Pack(0)
	if c.at != "" {
		at = c.at
	}
	w := newWeb(x.t, x.desks[at])
	switch c.text {
	case "":
	case "another lot":
		text = x.scanOf(0, "LOT-OTHER", "280630")
	case "twice":
		return w.judge(text, text, pathOf(x.t, text))[0]
	case "the pallet, dispensed":
		list := w.dispense(x.pallet)
		return verdict.Answer{Word: list[0].Verdict, Rule: list[0].Rule, Text: list[0].Text, Next: list[0].Next}
	default:
		text = c.text
	}
	return w.judge(text)[0]
}

// Each row is asked for as a program asks for it, so that what its facts become on
// their way out is looked at too.
func TestEachRowOfTheVerdictsPageIsReachedOverHTTP(t *testing.T) {
	for _, row := range verdict.Rows {
		t.Run(row.Rule, func(t *testing.T) {
			c, ok := rowCases[row.Rule]
			if !ok {
				t.Fatal("no case makes this row true")
			}
			x := newShelf(t)
			if c.make != nil {
				c.make(x)
			}
			a := c.asked(x)
			x.judgedAlike()
			if row.Notice {
				if len(a.Notices) != 1 || a.Notices[0].Rule != row.Rule || !strings.Contains(a.Notices[0].Text, c.says) || a.Word != verdict.OK {
					t.Fatalf("%s with the notices %+v", a.Word, a.Notices)
				}
				return
			}
			if a.Word != row.Word || a.Rule != row.Rule || !strings.Contains(a.Text, c.says) {
				t.Fatalf("%s by %s: %s; want %s with %q", a.Word, a.Rule, a.Text, row.Word, c.says)
			}
			if a.Next == "" {
				t.Error("it does not say what to do next")
			}
		})
	}
}

// judgedAlike holds the answers about many things against those about each alone, by
// every desk.
func (x shelf) judgedAlike() {
	x.t.Helper()
	paths := []string{pathOf(x.t, x.pallet), "/01/00399991123455/21/NOBODYS"}
	for n := range 3 {
		paths = append(paths, pathOf(x.t, x.s.Pack(n)))
	}
	for name, d := range x.desks {
		var alone, many []verdict.Answer
		j := d.judging()
		err := d.vault.View(context.Background(), func(tx *sql.Tx) error {
			err := d.chain.Read(func(s ledger.State) error {
				for _, path := range paths {
					j.on(tx, s)
					facts, _, err := j.of(path, path)
					if err != nil {
						return err
					}
					alone = append(alone, j.sum(path, facts))
				}
				return nil
			})
			if err == nil {
				many, err = d.JudgeIn(tx, paths)
			}
			return err
		})
		if diff := cmp.Diff(alone, many); diff != "" || err != nil {
			x.t.Errorf("%s, -alone +many: %v\n%s", name, err, diff)
		}
	}
}

// What speaks against a pack is shown beside what proves it.
func TestAllFactsAreShownTheGravestFirst(t *testing.T) {
	x := newShelf(t)
	x.flag(proof.FlagHeld)
	x.recall("maker", x.pallet)
	a := x.judge("dispenser", x.s.Pack(1))[0]
	var rules []string
	for _, f := range a.Facts {
		rules = append(rules, f.Rule)
		if b := f.Basis; b.Known != verdict.Proved || b.Source != "ledger" || b.Height != a.Height || b.AsOf.IsZero() || b.Stale {
			t.Errorf("%s stands on %+v", f.Rule, b)
		}
	}
	if got, want := strings.Join(rules, " "), verdict.RuleHeld+" "+verdict.RuleRecalled+" "+verdict.RuleCustodyProved; got != want {
		t.Errorf("the facts are %s, want %s", got, want)
	}
}

func TestAPackInABoxOfAnotherOriginIsJudgedByItsOwn(t *testing.T) {
	x := newExchange(t)
	s, pallets := x.madePallets(1, 2, 3)
	x.handPrekeys("wholesaler", "maker", 1)
	x.receive("wholesaler", x.ship("maker", "wholesaler", pallets[0]))
	x.deliver()
	tote := x.tote(s, s.packs(0, 2)...)
	y := shelf{trade: x}
	for _, want := range []struct{ text, rule string }{{s.s.Pack(0), verdict.RuleCustodyProved}, {tote, verdict.RuleCustodyProved}} {
		if a := y.judge("wholesaler", want.text)[0]; a.Rule != want.rule {
			t.Errorf("%s before the recall: %s by %s: %s", want.text, a.Word, a.Rule, a.Text)
		}
	}
	x.recall("maker", pallets[0])
	for _, want := range []struct{ text, rule string }{{s.s.Pack(0), verdict.RuleRecalled}, {tote, verdict.RuleCustodyProved}} {
		if a := y.judge("wholesaler", want.text)[0]; a.Rule != want.rule {
			t.Errorf("%s after the recall: %s by %s: %s", want.text, a.Word, a.Rule, a.Text)
		}
	}
}

func TestSecondPharmacistSeesTheFirstOnesDispensing(t *testing.T) {
	x := newShelf(t)
	d := x.desks["dispenser"]
	var wg sync.WaitGroup
	words := make([]Verdict, 8)
	for i := range words {
		wg.Go(func() {
			list, err := d.Dispense(context.Background(), []string{x.s.Pack(0)}, "dispensing")
			if err != nil {
				t.Error(err)
				return
			}
			words[i] = list[0].Verdict
		})
	}
	wg.Wait()
	n := 0
	for _, w := range words {
		if w == OK {
			n++
		} else if w != Stop {
			t.Errorf("a pharmacist was told %q", w)
		}
	}
	if n != 1 {
		t.Errorf("%d pharmacists dispensed the one pack", n)
	}
	if a := x.judge("dispenser", x.s.Pack(0))[0]; a.Rule != verdict.RuleDispensed {
		t.Errorf("after that: %s", a.Rule)
	}
}

// readCounter is a chain that counts how often its state is read.
type readCounter struct {
	Chain
	reads int
}

func (c *readCounter) Read(fn func(s ledger.State) error) error {
	c.reads++
	return c.Chain.Read(fn)
}

func TestJudgeReadsOneState(t *testing.T) {
	x := newShelf(t)
	d := x.desks["dispenser"]
	c := &readCounter{Chain: d.chain}
	d.chain = c
	answers := x.judge("dispenser", x.s.Pack(0), x.s.Pack(1), x.pallet, "nobody", x.s.Pack(77))
	if c.reads != 1 || len(answers) != 5 {
		t.Errorf("%d answers from %d reads", len(answers), c.reads)
	}
	for _, a := range answers {
		if height, _ := c.Status(); a.Height != height {
			t.Errorf("%s is answered at height %d of %d", a.Path, a.Height, height)
		}
	}
}

func TestAQuestionHasALimit(t *testing.T) {
	x := newShelf(t)
	d := x.desks["dispenser"]
	for n, ok := range map[int]bool{0: false, 1: true, JudgeItemsMax: true, JudgeItemsMax + 1: false} {
		texts := make([]string, n)
		for i := range texts {
			texts[i] = x.s.Pack(i)
		}
		answers, err := d.Judge(context.Background(), texts)
		if (err == nil) != ok || ok && len(answers) != n {
			t.Errorf("%d things: %d answers, %v", n, len(answers), err)
		}
	}
}

func TestWhatNamesNoSingleThingIsUnreadable(t *testing.T) {
	x := newShelf(t)
	for name, text := range map[string]string{
		"a text of 8193 bytes":         strings.Repeat("1", TraceTextMax+1),
		"an empty text":                "",
		"a product without a serial":   "(01)00399991123455",
		"a place":                      "(414)0399991000015",
		"two packs in one scan":        "(01)00399991123455(21)1(01)00399991123455(21)2",
		"the separator lost":           "01003999911234551728063010LOT-7A21100000000001",
		"markup where a lot should be": "(01)00399991123455(21)1(10)<b>\x00",
	} {
		t.Run(name, func(t *testing.T) {
			a := x.judge("dispenser", text)[0]
			if a.Rule != verdict.RuleUnreadable || a.Path != "" || a.Next == "" || a.Word != CannotTell {
				t.Errorf("%s by %s, path %q: %s; %s", a.Word, a.Rule, a.Path, a.Text, a.Next)
			}
		})
	}
	for name, text := range map[string]string{
		"every element in another order": fmt.Sprintf("(10)LOT-7A(21)%012d(17)280630(01)%s", 100000000001, pathOf(t, x.s.Pack(0))[4:18]),
		"an expiry date with day 00":     x.scanOf(0, "LOT-7A", "280600"),
	} {
		if a := x.judge("dispenser", text)[0]; a.Word != OK {
			t.Errorf("%s: %s by %s: %s", name, a.Word, a.Rule, a.Text)
		}
	}
}

func FuzzJudgeText(f *testing.F) {
	for _, text := range []string{"]d20100399991123455171806301021ABC", "(01)00399991123455(21)1", "https://id.gs1.org/01/00399991123455/21/1", "urn:epc:id:sgtin:0399991.012345.1", "003999910000000015"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		path, fact := readItem(text, verdict.Basis{})
		if (path == "") == (fact == nil) || path != "" && !isObject([]byte(path)) {
			t.Fatalf("path %q and %+v", path, fact)
		}
		if fact != nil && (fact.Word != CannotTell || fact.Text == "" || fact.Next == "") {
			t.Fatalf("%+v", fact)
		}
	})
}
