package caseview_test

import (
	"database/sql"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pedigree/domain/trace/caseview"
	"pedigree/format/pdg"
	"pedigree/internal/api"
	"pedigree/proof"
)

func (s *side) tryOpen(n caseview.New) (k caseview.Case, err error) {
	err = s.vault.Update(s.t.Context(), func(tx *sql.Tx) error {
		k, err = s.Open(tx, n)
		return err
	})
	return k, err
}

// itemOf is what is found in a scenario.
func itemOf(s caseview.Scenario) caseview.Item {
	item := caseview.Item{Path: "/01/" + gtin + "/21/" + s.Number, Lot: "LOT-7A", Expiry: "2028-06-30"}
	switch s.Array {
	case "overages", "underages":
		return caseview.Item{GTIN: gtin, Ordered: 10, Received: 12}
	case "data_misalignment":
		item.Says = caseview.Claim{Lot: "LOT-8", Expiry: "2028-07-31"}
		if s.Number == "1.4A" {
			item.Says = caseview.Claim{Lot: "LOT-7A", Expiry: "2028-06-30", Serial: "2"}
		}
	case "gln_errors":
		return caseview.Item{Wrong: "0614141000029", Right: gln}
	case "gtin_errors":
		return caseview.Item{Wrong: "00399991123456", Right: gtin}
	case "other_errors":
		item.Claim = `the label says "12" <b>`
	}
	return item
}

// do what was agreed, as far as it can be looked up.
func (s *side) do(k caseview.Case, i caseview.Item) {
	s.clock.pass(time.Hour)
	switch i.Resolution {
	case pdg.SendNewData:
		q := caseview.DataQuery{Partner: k.Org, Path: i.Path, Since: s.clock.now()}
		if i.Wrong != "" {
			q.PO = k.PO
		}
		s.documents = append(s.documents, q)
	case pdg.SendProduct:
		s.here[i.Path] = true
	case pdg.ReturnProduct:
		s.gone[i.Path] = true
	}
}

// alike are the scenarios that a message can't tell from another one.
var alike = map[string]string{"1.3A": "1.1A", "1.3B": "1.1B", "2.3": "2.1A"}

// What the goods are and what the data says both reach the partner, in whichever place of
// the message there is for it.
func TestThePartnerReadsWhatDiffers(t *testing.T) {
	pharmacy, wholesaler := two(t)
	for _, c := range []struct {
		name, scenario string
		item           caseview.Item
		says           string // at the partner's, in a letter and on a screen
		lot            string
	}{
		{"another lot on the label", "1.2", caseview.Item{Path: pack, Lot: "LOT-9", Expiry: "2028-06-30", Says: caseview.Claim{Lot: "LOT-7A"}}, "the data says lot LOT-7A", "LOT-9"},
		{"another date on the label", "1.2", caseview.Item{Path: pack, Lot: "LOT-7A", Expiry: "2028-06-30", Says: caseview.Claim{Expiry: "2029-01-01"}}, "the data says expiry 2029-01-01", "LOT-7A"},
		{"another serial number", "1.4A", caseview.Item{Path: pack, Lot: "LOT-7A", Says: caseview.Claim{Serial: "7"}}, "the data says serial number 7", "LOT-7A"},
		{"a serial number that the data doesn't have", "1.4A", caseview.Item{Path: pack, Lot: "LOT-7A"}, "", "LOT-7A"},
		{"another container", "1.4A", caseview.Item{Path: pack, Lot: "LOT-7A", Claim: "found in /00/003999910000000022"}, "found in /00/003999910000000022", ""},
	} {
		ours := pharmacy.open(caseview.New{Key: key(c.name), Scenario: c.scenario, Org: "wholesaler", Items: []caseview.Item{c.item}})
		pharmacy.must(pharmacy.Message(t.Context(), ours.ID, caseview.Tell{}))
		if l, err := pharmacy.Letter(t.Context(), ours.ID); err != nil || !strings.Contains(l.Text, c.says) {
			t.Errorf("%s: the letter says %s, %v", c.name, l.Text, err)
		}
		pharmacy.carry(wholesaler, ours.ID)
		theirs := wholesaler.show(ours.ID)
		if i := theirs.Things[0]; theirs.Scenario != c.scenario || i.Path != pack || i.Lot != c.lot || i.Said() != c.says {
			t.Errorf("%s: the partner has %s: %s in lot %q, %q", c.name, theirs.Scenario, i.Path, i.Lot, i.Said())
		}
	}
}

// Other programs leave the data's serial number out where it isn't what differs.
func TestAMessageWithoutTheDatasSerialNumberIsAboutWhatDiffers(t *testing.T) {
	pharmacy, wholesaler := two(t)
	for scenario, said := range map[string]caseview.Claim{"1.2": {Lot: "LOT-7A"}, "1.4A": {Serial: "7"}} {
		ours := pharmacy.open(caseview.New{Key: key(scenario), Scenario: scenario, Org: "wholesaler", Items: []caseview.Item{{Path: pack, Lot: "LOT-9", Says: said}}})
		pharmacy.must(pharmacy.Message(t.Context(), ours.ID, caseview.Tell{}))
		r, err := pdg.ReadReport(pharmacy.letters(ours.ID)[0])
		if err != nil {
			t.Fatal(err)
		}
		m := &r.Exceptions.DataMisalignment[0]
		if m.DataSerial = ""; scenario == "1.4A" {
			m.DataLot = m.ReceivedLot
		}
		raw, err := r.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := wholesaler.Take(t.Context(), caseview.Arrival{Org: "pharmacy", Message: raw}); err != nil || got.Case.Scenario != scenario {
			t.Errorf("what is %s is read as %s, %v", scenario, got.Case.Scenario, err)
		}
	}
}

func TestEachScenarioOnBothSides(t *testing.T) {
	pharmacy, wholesaler := two(t)
	for _, s := range caseview.Scenarios() {
		t.Run(s.Number+" "+s.What, func(t *testing.T) {
			ours := pharmacy.open(caseview.New{Key: key(s.Number), Scenario: s.Number, Org: "wholesaler", Site: gln, PO: "PO-1", Document: "DEL-1", Items: []caseview.Item{itemOf(s)}})
			if ours.State != caseview.Open || ours.Turn != caseview.TurnOurs || ours.Partner != 1 || ours.Category != s.Category {
				t.Fatalf("opened it is %+v", ours)
			}
			pharmacy.must(pharmacy.Message(t.Context(), ours.ID, caseview.Tell{}))
			theirs := pharmacy.carry(wholesaler, ours.ID).Case
			if theirs.ID != ours.ID || theirs.Asking || theirs.State != caseview.Open || theirs.Turn != caseview.TurnOurs || theirs.PO != "PO-1" || theirs.Org != "pharmacy" {
				t.Fatalf("the other side has %+v", theirs)
			}
			if theirs.Scenario != s.Number && theirs.Scenario != alike[s.Number] {
				t.Errorf("the other side has it as %s, %s", theirs.Category, theirs.Scenario)
			}
			here, there := pharmacy.show(ours.ID), wholesaler.show(ours.ID)
			if here.State != caseview.Sent || here.Turn != caseview.TurnTheirs {
				t.Fatalf("told it is %s, %s", here.State, here.Turn)
			}
			if h, o := here.Things[0], there.Things[0]; h.UUID != o.UUID || h.Resolution != o.Resolution || h.Path != o.Path || h.Wrong != o.Wrong || h.Ordered != o.Ordered || h.Says.Serial != o.Says.Serial {
				t.Errorf("they see %s", cmp.Diff(h, o, cmp.AllowUnexported(caseview.Item{})))
			}
			wholesaler.must(wholesaler.Answer(t.Context(), ours.ID, caseview.Reply{Items: []caseview.ReplyItem{{Accept: true, Comment: "yes"}}}))
			agreed := wholesaler.carry(pharmacy, ours.ID).Case
			if agreed.State != caseview.Agreed {
				t.Fatalf("answered it is %s", agreed.State)
			}
			if _, err := pharmacy.Settle(t.Context(), ours.ID, caseview.Settling{}); err == nil || !strings.Contains(err.Error(), "couldn't settle") {
				t.Fatalf("what is not done is settled: %v", err)
			}
			pharmacy.do(agreed, here.Things[0])
			settling := caseview.Settling{}
			if !slices.Contains([]string{pdg.SendNewData, pdg.SendProduct}, here.Things[0].Resolution) && (here.Things[0].Path == "" || here.Things[0].Resolution == pdg.CreditAccount) {
				settling.Word = "the account was corrected"
			}
			done := pharmacy.must(pharmacy.Settle(t.Context(), ours.ID, settling))
			if done.State != caseview.Settled || done.Closed.IsZero() {
				t.Fatalf("settled it is %+v", done)
			}
			if end := pharmacy.carry(wholesaler, ours.ID); end.Case.State != caseview.Settled || end.Case.Turn != caseview.TurnNobody {
				t.Errorf("the other side has %s", end.Case.State)
			}
		})
	}
	list, err := pharmacy.List(t.Context(), caseview.Filter{})
	if err != nil || len(list) != 0 {
		t.Errorf("%d are open, %v", len(list), err)
	}
}

func TestWhatAPersonFindsToBeRightEndsWhatWasAsked(t *testing.T) {
	pharmacy, wholesaler := two(t)
	const second = "/01/" + gtin + "/21/100000000002"
	items := []caseview.Item{{Path: pack, Says: caseview.Claim{Lot: "LOT-8"}}, {Path: second, Says: caseview.Claim{Lot: "LOT-8"}}}
	n := caseview.New{Key: key("told"), Scenario: "1.2", Org: "wholesaler", Items: items}
	told := pharmacy.open(n)
	pharmacy.must(pharmacy.Message(t.Context(), told.ID, caseview.Tell{}))
	pharmacy.carry(wholesaler, told.ID)
	found := func(k caseview.Case, paths ...string) caseview.Case {
		t.Helper()
		return pharmacy.must(pharmacy.SettleFound(t.Context(), k.ID, paths, api.Said{Code: "found/label-right", Text: "the label says it"}, "pharmacist"))
	}
	if k := found(told, pack); k.State == caseview.Settled {
		t.Fatalf("with one of two it is %s", k.State)
	}
	if k := found(told, pack, second); k.State != caseview.Settled {
		t.Fatalf("with both it is %s", k.State)
	}
	evidence := pharmacy.show(told.ID).Evidence
	if last := evidence[len(evidence)-1]; last.By != "pharmacist" || last.Text != second+": the label says it" {
		t.Errorf("its last evidence is %+v", last)
	}
	// The partner, who never answered, is told that nothing is wanted any more.
	if end := pharmacy.carry(wholesaler, told.ID); end.Case.State != caseview.Settled {
		t.Errorf("the partner has %s", end.Case.State)
	}
	n.Key = key("not told")
	untold := pharmacy.open(n)
	if k := found(untold, pack, second); k.State != caseview.Settled || len(pharmacy.letters(untold.ID)) != 0 {
		t.Errorf("of what nobody was told: %s, %d messages", k.State, len(pharmacy.letters(untold.ID)))
	}
	n.Key = key("suspect")
	suspect := pharmacy.open(n)
	pharmacy.must(pharmacy.Escalate(t.Context(), suspect.ID, "clerk", "the seal"))
	for name, k := range map[string]caseview.Case{"closed": untold, "escalated": suspect} {
		before := pharmacy.show(k.ID).Case.State
		if after := found(k, pack); after.State != before {
			t.Errorf("a case that is %s became %s", name, after.State)
		}
	}
	if k := found(pharmacy.open(caseview.New{Key: key("other"), Scenario: "1.2", Org: "wholesaler", Items: items[:1]}), second); k.State != caseview.Open {
		t.Errorf("a case about another thing is %s", k.State)
	}
}

// Each row of the table stands under the array of the message that the standard has for it.
func TestAScenariosMessageHasItWhereTheStandardDoes(t *testing.T) {
	pharmacy, _ := two(t)
	for _, s := range caseview.Scenarios() {
		k := pharmacy.open(caseview.New{Key: key(s.Number), Scenario: s.Number, Org: "wholesaler", Items: []caseview.Item{itemOf(s)}})
		pharmacy.must(pharmacy.Message(t.Context(), k.ID, caseview.Tell{}))
		r, err := pdg.ReadReport(pharmacy.letters(k.ID)[0])
		if err != nil {
			t.Fatal(err)
		}
		e := r.Exceptions
		if e.MasterDataErrors == nil {
			e.MasterDataErrors = &pdg.MasterDataErrors{}
		}
		have := map[string]int{
			"missing_product_data": len(e.MissingProductData), "missing_product": len(e.MissingProduct), "data_misalignment": len(e.DataMisalignment), "overages": len(e.Overages),
			"underages": len(e.Underages), "gln_errors": len(e.MasterDataErrors.GLN), "gtin_errors": len(e.MasterDataErrors.GTIN), "other_errors": len(r.Other),
		}
		if have[s.Array] != 1 {
			t.Errorf("%s: %v", s.Number, have)
		}
		if r.Sender.Email != "exceptions@pharmacy.example" || r.Sender.GLN != gln || r.Resolved {
			t.Errorf("%s: %+v", s.Number, r.Sender)
		}
	}
}

func TestTheSameFindingIsOneCase(t *testing.T) {
	pharmacy, _ := two(t)
	n := caseview.New{Key: key("once"), Category: caseview.DataNoProduct, Org: "wholesaler", Items: []caseview.Item{{Path: pack}}}
	first := pharmacy.open(n)
	n.Items = append(n.Items, caseview.Item{GTIN: gtin})
	if again := pharmacy.open(n); cmp.Diff(first, again, cmp.AllowUnexported(caseview.Case{})) != "" {
		t.Errorf("%s", cmp.Diff(first, again, cmp.AllowUnexported(caseview.Case{})))
	}
	k := pharmacy.must(pharmacy.AddItems(t.Context(), first.ID, []caseview.Item{{Path: pack}, {GTIN: gtin, Ordered: 3}}))
	if k.Items != 2 {
		t.Errorf("it has %d items", k.Items)
	}
}

func TestAPartnerThatAnswersLateTwiceOrNever(t *testing.T) {
	pharmacy, wholesaler := two(t)
	start := func(name string) (id string) {
		k := pharmacy.open(caseview.New{Key: key(name), Scenario: "2.1A", Org: "wholesaler", Items: []caseview.Item{{Path: pack}}})
		pharmacy.must(pharmacy.Message(t.Context(), k.ID, caseview.Tell{}))
		pharmacy.carry(wholesaler, k.ID)
		return k.ID
	}
	late, never := start("late"), start("never")
	if due := pharmacy.show(never).Due; due.Rule.Name != "exception/three-days" || !due.At.Equal(time.Date(2026, 3, 6, 16, 0, 0, 0, time.UTC)) {
		t.Fatalf("the answer is due %s by %s", due.At, due.Rule.Name)
	}
	pharmacy.clock.pass(4 * 24 * time.Hour)
	overdue, err := pharmacy.List(t.Context(), caseview.Filter{Overdue: true})
	if err != nil || len(overdue) != 2 || !overdue[0].Overdue || !strings.Contains(overdue[0].Next, "telephone") {
		t.Fatalf("overdue are %+v, %v", overdue, err)
	}
	wholesaler.must(wholesaler.Answer(t.Context(), late, caseview.Reply{Items: []caseview.ReplyItem{{Accept: true}}}))
	raw := wholesaler.letters(late)[0]
	if got := wholesaler.carry(pharmacy, late); len(got.Notes) != 1 || !strings.Contains(got.Notes[0], "late, by exception/three-days") || got.Case.State != caseview.Agreed {
		t.Errorf("late: %+v", got)
	}
	again, err := pharmacy.Take(t.Context(), caseview.Arrival{Org: "wholesaler", Message: raw})
	if err != nil || !again.Again || again.Case.State != caseview.Agreed {
		t.Errorf("twice: %+v, %v", again, err)
	}
	if n := len(pharmacy.show(late).Messages); n != 2 {
		t.Errorf("it has %d messages", n)
	}
	if k := pharmacy.show(never); k.State != caseview.Sent || !k.Overdue || k.Turn != caseview.TurnTheirs {
		t.Errorf("never: %+v", k.Case)
	}
	if k := pharmacy.must(pharmacy.Withdraw(t.Context(), never, "clerk", "bought elsewhere")); k.State != caseview.Withdrawn {
		t.Errorf("withdrawn it is %s", k.State)
	}
	if got := pharmacy.carry(wholesaler, never); got.Case.State != caseview.Settled {
		t.Errorf("the other side has %s", got.Case.State)
	}
}

func TestAnOlderMessageNeverUndoesANewerOne(t *testing.T) {
	pharmacy, wholesaler := two(t)
	k := pharmacy.open(caseview.New{Key: key("race"), Scenario: "2.1B", Org: "wholesaler", Items: []caseview.Item{{GTIN: gtin, Ordered: 10, Received: 8}}})
	report := func(at int64, request string) []byte {
		raw, err := (&pdg.Report{
			Message: uuid(at), Case: "c2a57e9f-3d54-5767-a9d1-82b08b3e7d61", Timestamp: at, PO: "PO-1",
			Exceptions: pdg.Exceptions{Underages: []pdg.Quantity{{Item: "ed86b24e-987e-5eb3-bb05-5d335c4da093", GTIN: gtin, Ordered: 10, Received: 8, Resolution: request}}},
		}).Encode()
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	for _, m := range []struct {
		at      int64
		request string
		notes   int
	}{{200, pdg.CreditAccount, 0}, {100, pdg.SendProduct, 1}, {300, pdg.SendProduct, 0}, {250, pdg.DebitAccount, 1}} {
		got, err := wholesaler.Take(t.Context(), caseview.Arrival{Org: "pharmacy", Message: report(m.at, m.request)})
		if err != nil || len(got.Notes) != m.notes {
			t.Errorf("%d: %+v, %v", m.at, got.Notes, err)
		}
	}
	d := wholesaler.show("c2a57e9f-3d54-5767-a9d1-82b08b3e7d61")
	if d.Things[0].Resolution != pdg.SendProduct || len(d.Messages) != 4 || d.Items != 1 {
		t.Errorf("%+v", d)
	}
	_ = k
	end := &pdg.Report{Message: uuid(9), Case: "aaaaaaaa-3d54-5767-a9d1-82b08b3e7d61", Timestamp: 900, Resolved: true}
	raw, err := end.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := wholesaler.Take(t.Context(), caseview.Arrival{Org: "pharmacy", Message: raw}); err != nil || got.Case.State != caseview.Settled {
		t.Fatalf("an end before its beginning: %+v, %v", got, err)
	}
	raw = []byte(strings.ReplaceAll(string(report(800, pdg.SendProduct)), "c2a57e9f", "aaaaaaaa"))
	if got, err := wholesaler.Take(t.Context(), caseview.Arrival{Org: "pharmacy", Message: raw}); err != nil || got.Case.State != caseview.Settled || got.Case.Items != 1 {
		t.Errorf("a beginning after its end: %+v, %v", got, err)
	}
}

func uuid(n int64) string {
	text := "00000000" + time.Unix(n, 0).UTC().Format("20060102150405")
	return "446b282a-93c5-5859-8641-" + text[len(text)-12:]
}

func TestAPartnerSpeaksOnlyOfItsOwn(t *testing.T) {
	pharmacy, wholesaler := two(t)
	k := pharmacy.open(caseview.New{Key: key("own"), Scenario: "2.1A", Org: "wholesaler", Items: []caseview.Item{{Path: pack}}})
	pharmacy.must(pharmacy.Message(t.Context(), k.ID, caseview.Tell{}))
	raw := pharmacy.letters(k.ID)[0]
	pharmacy.carry(wholesaler, k.ID)
	wholesaler.must(wholesaler.Answer(t.Context(), k.ID, caseview.Reply{Items: []caseview.ReplyItem{{Accept: true}}}))
	answer := wholesaler.letters(k.ID)[0]
	ship, foreign := key("our shipment"), key("another's shipment")
	wholesaler.shipments[ship], wholesaler.shipments[foreign] = "pharmacy", "hospital"
	fresh := func(n int64) []byte {
		return []byte(strings.ReplaceAll(strings.ReplaceAll(string(raw), k.ID, uuid(n)), "\"po_number\":\"\"", "\"po_number\":\"PO-2\""))
	}
	renamed := func(n int64) []byte {
		r, err := pdg.ReadReport(fresh(n))
		if err != nil {
			t.Fatal(err)
		}
		r.Message = uuid(n + 1000)
		out, err := r.Encode()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	tests := map[string]struct {
		at      *side
		arrival caseview.Arrival
		want    string // of the refusal; empty: it is taken
	}{
		"its own shipment":                     {wholesaler, caseview.Arrival{Org: "pharmacy", Message: renamed(1), Shipment: ship}, ""},
		"another's shipment":                   {wholesaler, caseview.Arrival{Org: "pharmacy", Message: renamed(2), Shipment: foreign}, "there is no shipment"},
		"a shipment that nobody knows":         {wholesaler, caseview.Arrival{Org: "pharmacy", Message: renamed(3), Shipment: key("x")}, "there is no shipment"},
		"another's case":                       {wholesaler, caseview.Arrival{Org: "hospital", Message: raw}, "not with its sender"},
		"another's case, answered":             {pharmacy, caseview.Arrival{Org: "hospital", Message: answer}, "not with its sender"},
		"a report of the other side's case":    {pharmacy, caseview.Arrival{Org: "wholesaler", Message: raw}, "id"},
		"an answer to its own case":            {wholesaler, caseview.Arrival{Org: "pharmacy", Message: answer}, "id"},
		"an answer to what nobody asked":       {pharmacy, caseview.Arrival{Org: "wholesaler", Message: elsewhere(t, answer)}, "there is none"},
		"another message under a known id":     {wholesaler, caseview.Arrival{Org: "pharmacy", Message: fresh(6)}, "another message has the id"},
		"its own message":                      {pharmacy, caseview.Arrival{Org: "pharmacy", Message: raw}, "own"},
		"nobody's message":                     {pharmacy, caseview.Arrival{Message: raw}, "whose"},
		"no message":                           {pharmacy, caseview.Arrival{Org: "wholesaler", Message: []byte("{}")}, "missing"},
		"a partner that isn't in the book":     {pharmacy, caseview.Arrival{Partner: 77, Message: raw}, "no partner 77"},
		"a message of a partner by its number": {pharmacy, caseview.Arrival{Partner: 1, Message: answer}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := test.at.Take(t.Context(), test.arrival)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v", err)
			}
		})
	}
}

// elsewhere is a response to a case that nobody has.
func elsewhere(t *testing.T, answer []byte) []byte {
	r, err := pdg.ReadResponse(answer)
	if err != nil {
		t.Fatal(err)
	}
	r.Case, r.Message = uuid(5), uuid(6)
	raw, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestAnItemThatWasNeverAskedAboutIsNoted(t *testing.T) {
	pharmacy, wholesaler := two(t)
	k := pharmacy.open(caseview.New{Key: key("noted"), Scenario: "2.1A", Org: "wholesaler", Items: []caseview.Item{{Path: pack}}})
	pharmacy.must(pharmacy.Message(t.Context(), k.ID, caseview.Tell{}))
	pharmacy.carry(wholesaler, k.ID)
	raw, err := (&pdg.Response{Message: uuid(1), Case: k.ID, Timestamp: 1, Items: []pdg.ResponseItem{{Item: uuid(2), Answer: pdg.Accept}}, Notes: "<script>alert(1)</script>"}).Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := pharmacy.Take(t.Context(), caseview.Arrival{Org: "wholesaler", Message: raw})
	if err != nil || len(got.Notes) != 2 || got.Case.State != caseview.Sent {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWhatIsOfferedInsteadIsTakenOrTalkedAbout(t *testing.T) {
	pharmacy, wholesaler := two(t)
	k := pharmacy.open(caseview.New{Key: key("instead"), Scenario: "2.1A", Org: "wholesaler", Items: []caseview.Item{{Path: pack}, {GTIN: gtin, Ordered: 3}}})
	pharmacy.must(pharmacy.Message(t.Context(), k.ID, caseview.Tell{}))
	pharmacy.carry(wholesaler, k.ID)
	theirs := wholesaler.must(wholesaler.Answer(t.Context(), k.ID, caseview.Reply{Items: []caseview.ReplyItem{{Alternative: pdg.CreditAccount, FollowUp: pdg.ByPhone, Details: "555-0101", Comment: "out of stock"}}}))
	if theirs.State != caseview.Answered || theirs.Turn != caseview.TurnOurs { // the answer waits to be carried
		t.Errorf("%+v", theirs)
	}
	got := wholesaler.carry(pharmacy, k.ID).Case
	if got.State != caseview.Answered || got.Turn != caseview.TurnOurs || !strings.Contains(got.Commands()[0], "--accept") {
		t.Fatalf("%+v", got)
	}
	if d := pharmacy.show(k.ID); d.Things[0].Offered != pdg.CreditAccount || d.Things[0].FollowUp != "Phone 555-0101" || d.Things[0].State != "alternative" {
		t.Errorf("%+v", d.Things)
	}
	pharmacy.must(pharmacy.Message(t.Context(), k.ID, caseview.Tell{Accept: true}))
	if end := pharmacy.carry(wholesaler, k.ID); end.Case.State != caseview.Agreed || end.Case.Turn != caseview.TurnOurs {
		t.Errorf("the other side has %s, %s", end.Case.State, end.Case.Turn)
	}
	if d := pharmacy.show(k.ID); d.State != caseview.Agreed || d.Things[0].Resolution != pdg.CreditAccount {
		t.Errorf("%s, %+v", d.State, d.Things)
	}
	if _, err := pharmacy.Settle(t.Context(), k.ID, caseview.Settling{}); err == nil || !strings.Contains(err.Error(), "--word") {
		t.Errorf("an account is settled without a word: %v", err)
	}
	pharmacy.must(pharmacy.Settle(t.Context(), k.ID, caseview.Settling{Word: "credit note 7", By: "clerk"}))
	if e := pharmacy.show(k.ID).Evidence; !slices.ContainsFunc(e, func(e caseview.Evidence) bool { return e.By == "clerk" && strings.Contains(e.Text, "credit note 7") }) {
		t.Errorf("%+v", e)
	}
}

func TestEscalationMarksOnlyTheseGoods(t *testing.T) {
	pharmacy, _ := two(t)
	other := "/01/00399991123455/21/2"
	pharmacy.flags[other] = proof.FlagHeld
	k := pharmacy.open(caseview.New{Key: key("suspect"), Scenario: "5.4", Org: "wholesaler", Items: []caseview.Item{{Path: pack, Lot: "LOT-7A"}, {Path: "/01/00399991123455/21/3"}}})
	if _, err := pharmacy.Clear(t.Context(), k.ID, caseview.Clearing{By: "ana", Reason: "it is nothing", Read: 0}); err == nil {
		t.Error("what was never suspect is cleared")
	}
	k = pharmacy.must(pharmacy.Escalate(t.Context(), k.ID, "ana", "the seal is another"))
	want := map[string]uint64{pack: proof.FlagHeld | proof.FlagSuspect, "/01/00399991123455/21/3": proof.FlagHeld | proof.FlagSuspect, other: proof.FlagHeld}
	if cmp.Diff(want, pharmacy.flags) != "" {
		t.Errorf("%s", cmp.Diff(want, pharmacy.flags))
	}
	if k.State != caseview.Escalated || k.Due.Rule.Name != "suspect/promptly" && k.Due.Rule.Name != "illegitimate/24-hours" || len(k.Due.All) != 3 || !k.Due.At.Equal(pharmacy.clock.now().Add(24*time.Hour)) {
		t.Errorf("%+v", k)
	}
	d := pharmacy.show(k.ID)
	if len(d.Tasks) != 4 || !strings.Contains(d.Tasks[1], "at least 2 of the 2 packages") || len(d.Evidence) != 3 {
		t.Errorf("%q, %+v", d.Tasks, d.Evidence)
	}
	field := func(name string) string {
		i := slices.IndexFunc(d.Form, func(f caseview.Field) bool { return f.Name == name })
		return d.Form[i].Value
	}
	if field("Serial number") != "Multiple" || field("Lot number") != "LOT-7A" || field("Quantity of drug") != "2" {
		t.Errorf("%+v", d.Form)
	}
	marks := pharmacy.marks
	if pharmacy.must(pharmacy.Escalate(t.Context(), k.ID, "ana", "again")); pharmacy.marks != marks {
		t.Error("escalated again it is flagged again")
	}
	for name, err := range map[string]error{
		"settled":                           second(pharmacy.Settle(t.Context(), k.ID, caseview.Settling{Word: "x"})),
		"cleared by who escalated it":       second(pharmacy.Clear(t.Context(), k.ID, caseview.Clearing{By: "ana", Reason: "it is nothing", Read: len(d.Evidence)})),
		"cleared unread":                    second(pharmacy.Clear(t.Context(), k.ID, caseview.Clearing{By: "ben", Reason: "it is nothing", Read: len(d.Evidence) - 1})),
		"cleared without a reason":          second(pharmacy.Clear(t.Context(), k.ID, caseview.Clearing{By: "ben", Reason: " ", Read: len(d.Evidence)})),
		"escalated again without a reason":  second(pharmacy.Escalate(t.Context(), k.ID, "ana", "")),
		"escalated without a package in it": second(pharmacy.Escalate(t.Context(), pharmacy.open(caseview.New{Key: key("none"), Scenario: "2.1B", Org: "wholesaler", Items: []caseview.Item{{GTIN: gtin}}}).ID, "ana", "x")),
	} {
		if err == nil {
			t.Errorf("it was %s", name)
		}
	}
	k = pharmacy.must(pharmacy.Clear(t.Context(), k.ID, caseview.Clearing{By: "ben", Reason: "the maker changed its seal", Read: len(d.Evidence)}))
	if k.State != caseview.Open || !k.Suspect.IsZero() || pharmacy.flags[pack] != 0 || pharmacy.flags[other] != proof.FlagHeld {
		t.Errorf("cleared it is %+v, %v", k, pharmacy.flags)
	}
}

func second(_ caseview.Case, err error) error { return err }

func TestHowManyPackagesAreVerified(t *testing.T) {
	for packages, want := range map[int]int{0: 0, 1: 1, 3: 3, 4: 3, 30: 3, 31: 4, 100: 10, 101: 11} {
		if got := caseview.Sample(packages); got != want {
			t.Errorf("of %d: %d, want %d", packages, got, want)
		}
	}
}
