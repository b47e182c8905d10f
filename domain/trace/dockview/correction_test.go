package dockview_test

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pedigree/domain/trace/dockview"
	"pedigree/domain/trace/tiview"
	"pedigree/domain/trace/traceview"
	"pedigree/domain/trace/traceview/verdict"
	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
	"pedigree/internal/api"
	"pedigree/ledger"
)

// edition is one of several documents about a shipment.
type edition struct {
	instance string        // number of the document; that of the shipment when empty
	later    time.Duration // made so much after the shipment left
	change   func(e *epcis.Event) []*epcis.Event
	words    []string // replaced in the text
}

// edited has the sender make and send a document of its shipment.
func (w *world) edited(s epcistest.Shipment, x edition) tiview.Entry {
	w.t.Helper()
	s.EventEPCs = 1
	header, err := s.Header()
	if err != nil {
		w.t.Fatal(err)
	}
	header.CreationDate = header.CreationDate.Add(x.later)
	header.SBDH.Created = header.CreationDate
	if x.instance != "" {
		header.SBDH.InstanceID = x.instance
	}
	var doc bytes.Buffer
	out, err := epcis.NewXMLWriter(&doc, header, epcis.XMLOptions{})
	if err != nil {
		w.t.Fatal(err)
	}
	for e := range s.Events() {
		list := []*epcis.Event{e}
		if x.change != nil {
			list = x.change(e)
		}
		for _, e := range list {
			err = errors.Join(err, out.Write(e))
		}
	}
	if err := errors.Join(err, out.Close()); err != nil {
		w.t.Fatal(err)
	}
	text := strings.NewReplacer(x.words...).Replace(doc.String())
	e, err := w.papers.Take(w.t.Context(), tiview.Arrival{Name: "asn.xml", Means: tiview.WayUpload, Reader: strings.NewReader(text)})
	if err != nil {
		w.t.Fatal(err)
	}
	return e
}

// relotted gives one pack another lot.
func (w *world) relotted(pack int, lot string) func(*epcis.Event) []*epcis.Event {
	return func(e *epcis.Event) []*epcis.Event {
		if e.ILMD != nil && e.EPCs[0] == w.s.Pack(pack) {
			e.ILMD = epcis.NewILMD(lot, "2028-06-30")
		}
		return []*epcis.Event{e}
	}
}

// receivedWith receives a document's first pallet, and returns the session.
func (w *world) receivedWith(document int64) dockview.Session {
	w.t.Helper()
	w.noticed("00399991123455", "OTHER")
	s := w.begin(dockview.Start{Documents: []int64{document}})
	w.scan(s.ID, w.pallet(0), dockview.BeepOK, "")
	w.scan(s.ID, w.pallet(1), dockview.BeepOK, "")
	w.finish(s.ID)
	return s
}

func (w *world) correction(document int64) dockview.Correction {
	w.t.Helper()
	c, err := w.docks.Correction(w.t.Context(), document)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// words are the verdicts about packs, in a line.
func (w *world) words(packs ...int) string {
	w.t.Helper()
	var texts, out []string
	for _, n := range packs {
		texts = append(texts, w.pack(n))
	}
	list, err := w.desk.Judge(w.t.Context(), texts)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, a := range list {
		one := a.Word.Label()
		if a.Word == verdict.CannotTell {
			one = a.Rule
		}
		out = append(out, one)
	}
	return strings.Join(out, " ")
}

func TestACorrectedDocumentHoldsBackOnlyWhatItContradicts(t *testing.T) {
	// Each is the same correction, as the ways in which senders correct have it.
	declared := func(w *world) func(e *epcis.Event) []*epcis.Event {
		return func(e *epcis.Event) []*epcis.Event {
			if e.ILMD == nil || e.EPCs[0] != w.s.Pack(2) {
				return nil
			}
			wrong, right := *e, *e
			wrong.ErrorDeclaration = &epcis.ErrorDeclaration{DeclarationTime: e.EventTime.Add(time.Hour), Reason: "incorrect_data"}
			right.ILMD = epcis.NewILMD("LOT-7B", "2028-06-30")
			return []*epcis.Event{&wrong, &right}
		}
	}
	for name, made := range map[string]func(w *world) edition{
		"under the same number": func(w *world) edition { return edition{later: time.Hour, change: w.relotted(2, "LOT-7B")} },
		"under another number": func(w *world) edition {
			return edition{instance: "DEL-2001-B", later: time.Hour, change: w.relotted(2, "LOT-7B")}
		},
		"by events that it declares errors": func(w *world) edition {
			return edition{instance: "DEL-2001-C", later: time.Hour, change: declared(w)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			first := w.edited(w.s, edition{})
			s := w.receivedWith(first.Number)
			height, _ := w.chain.Status()
			if got := w.words(0, 2); got != "OK OK" {
				t.Fatalf("before: %s", got)
			}
			e := w.edited(w.s, made(w))
			if e.Replaces != first.Number {
				t.Fatalf("it is taken for %+v", e)
			}
			if got := w.words(0, 2); got != "OK verdict/data-faulty" {
				t.Errorf("after it: %s", got)
			}
			c := w.correction(e.Number)
			want := []dockview.Difference{{Path: w.pack(2), What: dockview.DiffersLot, Lot: "LOT-7A", Expiry: "2028-06-30", SaysLot: "LOT-7B", InHand: true}}
			if diff := cmp.Diff(want, c.Differences); diff != "" || c.Corrects != first.Number || c.Session != s.ID || c.State != dockview.CorrectionOpen {
				t.Errorf("%+v\n%s", c, diff)
			}
			if len(w.cases.list) != 1 || w.cases.list[0].Finding.Rule != dockview.RuleCorrected || w.cases.list[0].Finding.Items[0].Claim != "lot LOT-7B" || w.cases.list[0].Finding.Items[0].SaysLot != "LOT-7B" || c.Cases[0] != "C-1" {
				t.Errorf("cases %+v", w.cases.list)
			}
			if now, _ := w.chain.Status(); now != height {
				t.Error("something went onto the ledger")
			}
			if r, err := w.docks.Report(t.Context(), s.ID); err != nil || len(r.Corrections) != 1 || r.Corrections[0].Document != e.Number {
				t.Errorf("the session shows %+v, %v", r.Corrections, err)
			}
			if again := w.edited(w.s, made(w)); again.State != tiview.Duplicate || len(w.cases.list) != 1 {
				t.Errorf("the same again: %+v, %d cases", again, len(w.cases.list))
			}
		})
	}
}

func TestWhatTheLabelsSaySettlesACorrection(t *testing.T) {
	w := newWorld(t)
	first := w.edited(w.s, edition{})
	w.receivedWith(first.Number)
	e := w.edited(w.s, edition{later: time.Hour, change: func(e *epcis.Event) []*epcis.Event {
		w.relotted(2, "LOT-7B")(e)
		return w.relotted(3, "LOT-7C")(e)
	}})
	settle := func(word string, items ...string) dockview.Correction {
		t.Helper()
		c, err := w.docks.Settle(t.Context(), e.Number, word, items, "pharmacist")
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if c := settle(dockview.SettleOurs, w.pack(3)); c.State != dockview.CorrectionOpen || w.words(2, 3) != "verdict/data-faulty OK" {
		t.Errorf("one of two: %+v, %s", c, w.words(2, 3))
	}
	if c := settle(dockview.SettleTheirs); c.State != dockview.CorrectionSettled || c.By != "pharmacist" || w.words(2, 3) != "OK OK" {
		t.Errorf("both: %+v, %s", c, w.words(2, 3))
	}
	// The case goes on about what is as it was received, and ends about the other.
	told := []string{
		fmt.Sprintf("C-1 noted %s: the label says what it was received with, not what document %d says; its sender has to correct its data, by pharmacist", w.pack(3), e.Number),
		fmt.Sprintf("C-1 settled %s: the label says what document %d says, by pharmacist", w.pack(2), e.Number),
	}
	if diff := cmp.Diff(told, w.cases.told); diff != "" {
		t.Errorf("the case was told\n%s", diff)
	}
	held, err := w.desk.HeldOf(t.Context(), []string{w.pack(2), w.pack(3)})
	if err != nil || held[0].Lot != "LOT-7B" || held[0].Document != e.Number || held[1].Lot != "LOT-7A" || held[1].Document != first.Number {
		t.Errorf("the stock has %+v, %v", held, err)
	}
	// A case that can't be told holds no goods up; a store that is away is tried again.
	again := w.edited(w.s, edition{later: 2 * time.Hour, change: w.relotted(4, "LOT-7D")})
	w.cases.err = unreached{}
	if _, err := w.docks.Settle(t.Context(), again.Number, dockview.SettleOurs, []string{w.pack(4)}, "pharmacist"); err == nil || w.words(4) == "OK" {
		t.Errorf("with the store away: %v, %s", err, w.words(4))
	}
	w.cases.err = api.Coded(errors.New("the case is full"), ledger.Limit, "case/limit")
	if _, err := w.docks.Settle(t.Context(), again.Number, dockview.SettleOurs, []string{w.pack(4)}, "pharmacist"); err != nil || w.words(4) != "OK" {
		t.Errorf("with a full case: %v, %s", err, w.words(4))
	}
	for what, call := range map[string]func() error{
		"a word that is none": func() error {
			_, err := w.docks.Settle(t.Context(), e.Number, "mine", nil, "x")
			return err
		},
		"a thing that isn't held back": func() error {
			_, err := w.docks.Settle(t.Context(), e.Number, dockview.SettleOurs, []string{w.pack(0)}, "x")
			return err
		},
		"a document that corrects nothing": func() error {
			_, err := w.docks.Settle(t.Context(), first.Number, dockview.SettleOurs, nil, "x")
			return err
		},
	} {
		if err := call(); err == nil {
			t.Errorf("%s is settled", what)
		}
	}
}

func TestASerialThatIsNotNamedAnyMoreIsHeldBack(t *testing.T) {
	w := newWorld(t)
	first := w.edited(w.s, edition{})
	w.receivedWith(first.Number)
	wrong, right := w.s.Pack(4), w.s.Pack(900)
	e := w.edited(w.s, edition{later: time.Hour, words: []string{wrong, right}})
	c := w.correction(e.Number)
	want := []dockview.Difference{
		{Path: w.pack(900), What: dockview.DiffersNew, SaysLot: "LOT-7A", SaysExpiry: "2028-06-30"},
		{Path: w.pack(4), What: dockview.DiffersGone, Lot: "LOT-7A", Expiry: "2028-06-30", InHand: true},
	}
	if diff := cmp.Diff(want, c.Differences); diff != "" || w.words(3, 4) != "OK verdict/data-faulty" {
		t.Errorf("%s\n%s", w.words(3, 4), diff)
	}
	if _, err := w.docks.Settle(t.Context(), e.Number, dockview.SettleTheirs, nil, "x"); err == nil || !strings.Contains(err.Error(), "doesn't name") {
		t.Errorf("a document has no data of what it doesn't name: %v", err)
	}
	if c, err := w.docks.Settle(t.Context(), e.Number, dockview.SettleOurs, nil, "x"); err != nil || c.State != dockview.CorrectionSettled || w.words(4) != "OK" {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestCorrectionsCountInTheOrderInWhichTheyWereMade(t *testing.T) {
	w := newWorld(t)
	first := w.edited(w.s, edition{})
	w.receivedWith(first.Number)
	second := edition{later: 2 * time.Hour, change: w.relotted(2, "LOT-7B")}
	newer := w.edited(w.s, second)
	older := w.edited(w.s, edition{later: time.Hour, change: w.relotted(5, "LOT-7X")})
	if older.State != tiview.Superseded || w.words(2, 5) != "verdict/data-faulty OK" {
		t.Fatalf("an older one that comes later: %+v, %s", older, w.words(2, 5))
	}
	if _, err := w.docks.Correction(t.Context(), older.Number); err == nil {
		t.Error("the older one counts")
	}
	if e, err := w.papers.Newest(t.Context(), first.Number); err != nil || e.Number != newer.Number {
		t.Errorf("in force is %d, %v", e.Number, err)
	}
	last := w.edited(w.s, edition{later: 3 * time.Hour, words: []string{"Sample Wholesaler", "Sample Wholesalers"}, change: w.relotted(2, "LOT-7A")})
	if last.Replaces != newer.Number && last.State != tiview.Duplicate {
		t.Errorf("one that takes it back: %+v", last)
	}
	if got := w.words(2, 5); got != "OK OK" || w.correction(newer.Number).State != dockview.CorrectionOvertaken {
		t.Errorf("after it: %s, %+v", got, w.correction(newer.Number))
	}
	if _, err := w.docks.Settle(t.Context(), newer.Number, dockview.SettleOurs, nil, "x"); err == nil {
		t.Error("an overtaken one is settled")
	}
}

func TestADocumentThatIsCorrectedBeforeTheFinishCountsForItsScans(t *testing.T) {
	for name, restart := range map[string]bool{"at once": false, "after a restart": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.noticed("00399991123455", "OTHER")
			first := w.edited(w.s, edition{})
			s := w.begin(dockview.Start{Documents: []int64{first.Number}})
			watch, err := w.docks.Watch(t.Context(), s.ID, "", "screen")
			if err != nil {
				t.Fatal(err)
			}
			defer watch.Close()
			w.scan(s.ID, w.pallet(0), dockview.BeepOK, "")
			label := "(01)00399991123455(21)100000000003(10)LOT-7B" // what is on the pack
			w.scan(s.ID, label, dockview.BeepStop, dockview.RuleLot)
			e := w.edited(w.s, edition{later: time.Hour, change: w.relotted(2, "LOT-7B")})
			if restart {
				w.start()
			} else if list, _ := told(watch); whats(list) != "now scan scan document" || list[3].Document != e.Number || list[3].Counts.Stopped != 0 {
				t.Errorf("those who watch are told %+v", list)
			}
			r, err := w.docks.Report(t.Context(), s.ID)
			if err != nil || len(r.Session.Documents) != 1 || r.Session.Documents[0] != e.Number || r.Plan.Tops[0].Good != 6 || strings.Contains(rules(r), dockview.RuleLot) {
				t.Fatalf("%+v, %v", r, err)
			}
			out := w.finish(s.ID)
			if w.stock(traceview.StatusOutside) != 6 || w.words(2) != "OK" || strings.Contains(rules(out), dockview.RuleLot) {
				t.Errorf("%d packs: %+v", w.stock(traceview.StatusOutside), out)
			}
			if list, err := w.docks.Corrections(t.Context(), "", 0, 0); err != nil || len(list) > 0 {
				t.Errorf("corrections %+v, %v", list, err)
			}
		})
	}
}

func TestADocumentThatIsCorrectedDuringTheFinishIsComparedAfterwards(t *testing.T) {
	w := newWorld(t)
	w.noticed("00399991123455", "OTHER")
	first := w.edited(w.s, edition{})
	s := w.begin(dockview.Start{Documents: []int64{first.Number}})
	w.scan(s.ID, w.pallet(0), dockview.BeepOK, "")
	dead := errors.New("the process ended here")
	w.docks.FailAt(func(p string) error { return dead }) // once it was planned
	if _, err := w.docks.Finish(t.Context(), s.ID, "clerk"); !errors.Is(err, dead) {
		t.Fatal(err)
	}
	w.start()
	e := w.edited(w.s, edition{later: time.Hour, change: w.relotted(2, "LOT-7B")})
	if err := w.docks.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c := w.correction(e.Number); c.Count != 1 || c.Session != s.ID || w.stock(traceview.StatusOutside) != 6 || w.words(0, 2) != "OK verdict/data-faulty" {
		t.Errorf("%+v, %d packs, %s", c, w.stock(traceview.StatusOutside), w.words(0, 2))
	}
}

func TestADocumentChangesNothingThatTheLedgerProves(t *testing.T) {
	w := newWorld(t)
	delivery := w.shipped(0, 1)
	s := w.begin(dockview.Start{Delivery: delivery})
	w.scan(s.ID, w.pallet(0), dockview.BeepOK, "")
	w.scan(s.ID, w.pallet(1), dockview.BeepOK, "")
	w.finish(s.ID)
	if e := w.edited(w.s, edition{}); e.State != tiview.Matched {
		t.Fatalf("%+v", e)
	}
	if list, err := w.docks.Corrections(t.Context(), "", 0, 0); err != nil || len(list) > 0 {
		t.Fatalf("a document that agrees: %+v, %v", list, err)
	}
	e := w.edited(w.s, edition{later: time.Hour, change: w.relotted(2, "LOT-7B")})
	if c := w.correction(e.Number); c.Count != 1 || !c.Differences[0].Proved || w.words(0, 2) != "OK verdict/data-faulty" || w.stock(traceview.StatusOnHand) != 12 {
		t.Errorf("%+v, %s", c, w.words(0, 2))
	}
	if _, err := w.docks.Settle(t.Context(), e.Number, dockview.SettleTheirs, nil, "x"); err == nil || !strings.Contains(err.Error(), "maker committed") {
		t.Errorf("the document is put above the ledger: %v", err)
	}
	if _, err := w.docks.Settle(t.Context(), e.Number, dockview.SettleOurs, nil, "x"); err != nil || w.words(2) != "OK" {
		t.Errorf("%v, %s", err, w.words(2))
	}
}

func TestDifferencesAreListedUpToTheirLimit(t *testing.T) {
	for more, want := range map[int]int{0: dockview.DifferencesMax, 1: dockview.DifferencesMax} {
		t.Run(strconv.Itoa(more), func(t *testing.T) {
			w := newWorld(t)
			w.s.Pallets, w.s.CasesPerPallet, w.s.PacksPerCase = 2, 1, dockview.DifferencesMax/2+more
			first := w.edited(w.s, edition{})
			w.receivedWith(first.Number)
			e := w.edited(w.s, edition{later: time.Hour, change: func(e *epcis.Event) []*epcis.Event {
				if e.ILMD != nil && strings.Contains(e.EPCs[0], ":sgtin:0399991.0") {
					e.ILMD = epcis.NewILMD("LOT-7B", "2028-06-30")
				}
				return []*epcis.Event{e}
			}})
			c := w.correction(e.Number)
			if len(c.Differences) != want || c.Count != w.s.Packs() || len(w.cases.list[0].Finding.Items) != dockview.ItemsShownMax || w.words(w.s.Packs()-1) != "verdict/data-faulty" {
				t.Errorf("%d listed of %d", len(c.Differences), c.Count)
			}
		})
	}
}
