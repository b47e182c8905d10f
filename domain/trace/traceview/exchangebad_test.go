package traceview

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pedigree/domain/trace"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// reseal opens a shipment with its receiver's key, lets a dishonest sender change
// the content, and seals and signs it again.
func (x *trade) reseal(file []byte, change func(*Content)) []byte {
	x.t.Helper()
	s, err := openShipmentFile(file)
	if err != nil {
		x.t.Fatal(err)
	}
	private, err := x.desks[s.To].keys.SealKey()
	if err != nil {
		x.t.Fatal(err)
	}
	c, err := s.open(private)
	if err != nil {
		x.t.Fatal(err)
	}
	change(&c)
	plain, err := c.Encode()
	if err != nil {
		x.t.Fatal(err)
	}
	again, err := sealShipment(s.ShipmentHead, private.PublicKey().Bytes(), plain, x.desks[s.From].sign.Sign)
	if err != nil {
		x.t.Fatal(err)
	}
	return again
}

// wantProblem fails the test unless a report names a problem by this rule.
func wantProblem(t testing.TB, r ReceiveReport, rule string) Problem {
	t.Helper()
	var seen []string
	for _, it := range r.Items {
		for _, p := range append(append([]Problem{}, it.Problems...), r.Problems...) {
			if p.Rule == rule {
				return p
			}
			seen = append(seen, p.String())
		}
	}
	t.Errorf("no problem %s among:\n%s", rule, strings.Join(seen, "\n"))
	return Problem{}
}

func TestAnEditedEventIsNamed(t *testing.T) {
	x := newExchange(t)
	_, pallets := x.madePallets(1, 2, 3)
	x.handPrekeys("wholesaler", "maker", 2)
	file := x.ship("maker", "wholesaler", pallets[0])
	edited := x.reseal(file, func(c *Content) {
		c.Documents[0].Bytes = bytes.ReplaceAll(c.Documents[0].Bytes, []byte("PO-1"), []byte("PO-2"))
	})
	r := x.receive("wholesaler", edited)
	wantOutcome(t, r, Stop, NotAccepted)
	if p := wantProblem(t, r, RuleEdited); p.Event != 9 || p.Line == 0 {
		t.Errorf("it names event %d, line %d, want event 9: the shipping event", p.Event, p.Line)
	}
	hidden := x.reseal(edited, func(c *Content) {
		var err error
		if c.Hashes, err = hashEvents(c.Documents[0]); err != nil {
			t.Fatal(err)
		}
	})
	r = x.receive("wholesaler", hidden)
	wantOutcome(t, r, Stop, NotAccepted)
	wantProblem(t, r, RuleMemo)
	wantOutcome(t, x.receive("wholesaler", file), OK, Received) // the true file still can be received
	x.chain.settle()
}

func TestWhatIsSealedCantBeMisstated(t *testing.T) {
	x := newExchange(t)
	_, pallets := x.madePallets(1, 2, 3)
	x.handPrekeys("wholesaler", "maker", 2)
	file := x.ship("maker", "wholesaler", pallets[0])
	for _, c := range []struct {
		name, rule string
		change     func(*Content)
	}{
		{"a pack replaced by another serial", RuleRoot, func(c *Content) { c.Goods[0].Sealed[0].Sealed[0].Path += "X" }},
		{"a longer expiry date", RuleRoot, func(c *Content) { c.Goods[0].Sealed[1].Sealed[2].Attrs.Expiry = "290630" }},
		{"a pack left out", RuleRoot, func(c *Content) { c.Goods[0].Sealed[0].Sealed = c.Goods[0].Sealed[0].Sealed[:2] }},
		{"two cases changed over", RuleRoot, func(c *Content) { s := c.Goods[0].Sealed; s[0], s[1] = s[1], s[0] }},
		{"a case that is said to have left", RuleContents, func(c *Content) {
			slot := c.Goods[0].Sealed[1].slot()
			c.Goods[0].Sealed[1] = Goods{Gone: &GoneChild{Leaf: slot.Leaf, Depth: slot.Depth, Root: slot.Root}}
		}},
		{"a thing said to be packed in it", RuleContents, func(c *Content) {
			c.Goods[0].Packed = []Goods{{Path: "/01/00399991123455/21/9", Attrs: testUnit, Origin: c.Goods[0].Origin, Salt: ledgertest.HashOf("x")}}
		}},
		{"another salt", RuleNoRecord, func(c *Content) { c.Goods[0].Salt = ledgertest.HashOf("x") }},
		{"another pallet number", RuleNoRecord, func(c *Content) { c.Goods[0].Path = "/00/103999910000000012" }},
		{"no maker's statement", RuleNoMaker, func(c *Content) { c.Origins[0].Body = nil }},
		{"another statement", RuleStatement, func(c *Content) { c.Origins[0].Salt = ledgertest.HashOf("x") }},
		{"receiving keys of nobody", RuleWrongKeys, func(c *Content) { c.Offers[0].Owner = ledgertest.Key("x") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := x.desks["wholesaler"].Receive(context.Background(), ReceiveRequest{File: bytes.NewReader(x.reseal(file, c.change)), CheckOnly: true})
			if err != nil {
				t.Fatal(err)
			}
			if r.Verdict != Stop {
				t.Errorf("the verdict is %s, want stop", r.Verdict)
			}
			wantProblem(t, r, c.rule)
		})
	}
}

func TestGoodsAreShippedOnce(t *testing.T) {
	x := newExchange(t)
	_, pallets := x.madePallets(1, 2, 3)
	x.handPrekeys("wholesaler", "maker", 5)
	x.handPrekeys("dispenser", "maker", 5)
	file := x.ship("maker", "wholesaler", pallets[0])
	d, ctx := x.desks["maker"], context.Background()
	if _, _, err := d.Ship(ctx, ShipRequest{Items: pallets, To: "dispenser"}); !errors.Is(err, errShipped) {
		t.Errorf("to the dispenser too: error %v, want %v", err, errShipped)
	}
	if r, again, err := d.Ship(ctx, ShipRequest{Items: pallets, To: "wholesaler"}); err != nil || !r.Resumed || !bytes.Equal(again, file) {
		t.Errorf("to the wholesaler again: %+v, %v, want the same file", r, err)
	}
	_, _, err := d.Ship(ctx, ShipRequest{Items: pallets, To: "dispenser", Force: true})
	if err == nil || !strings.Contains(err.Error(), "the ledger refused") {
		t.Errorf("forced: error %v, want the ledger's refusal", err)
	}
	if got := x.status("maker", pallets[0]); got != StatusOffered {
		t.Errorf("after the refusal the status is %d, want %d", got, StatusOffered)
	}
	wantOutcome(t, x.receive("wholesaler", file), OK, Received)
	x.deliver()
	if _, _, err := d.Ship(ctx, ShipRequest{Items: pallets, To: "dispenser"}); !errors.Is(err, errShipped) {
		t.Errorf("after the receipt: error %v, want %v", err, errShipped)
	}
	x.chain.settle()
}

func TestTwoEqualRequestsAtOnceAreOneShipmentAndOneReceipt(t *testing.T) {
	x := newExchange(t)
	_, pallets := x.madePallets(1, 2, 3)
	x.handPrekeys("wholesaler", "maker", 5)
	type answer struct {
		id   proof.Hash
		file []byte
		err  error
	}
	atOnce := func(do func() answer) []answer {
		list := make([]answer, 4)
		var all sync.WaitGroup
		for i := range list {
			all.Go(func() { list[i] = do() })
		}
		all.Wait()
		for _, a := range list {
			if a.err != nil || a.id != list[0].id || !bytes.Equal(a.file, list[0].file) {
				t.Fatalf("answers %s (%v) and %s (%v) differ", a.id, a.err, list[0].id, list[0].err)
			}
		}
		return list
	}
	file := atOnce(func() answer {
		r, file, err := x.desks["maker"].Ship(t.Context(), ShipRequest{Items: pallets, To: "wholesaler"})
		return answer{r.ID, file, err}
	})[0].file
	atOnce(func() answer {
		r, err := x.desks["wholesaler"].Receive(t.Context(), ReceiveRequest{File: bytes.NewReader(file)})
		if err == nil && (r.Verdict != OK || len(r.Items) != 1 || r.Items[0].Outcome != Received) {
			err = fmt.Errorf("received as %+v", r)
		}
		return answer{r.ID, nil, err}
	})
	x.deliver()
	if got := x.status("wholesaler", pallets[0]); got != StatusOnHand {
		t.Errorf("the pallet's status is %d, want %d", got, StatusOnHand)
	}
}

func TestAPrekeyServesOneRecord(t *testing.T) {
	x := newExchange(t)
	_, pallets := x.madePallets(2, 1, 2)
	x.handPrekeys("wholesaler", "maker", 1)
	wantOutcome(t, x.receive("wholesaler", x.ship("maker", "wholesaler", pallets[0])), OK, Received)
	d, ctx := x.desks["maker"], context.Background()
	if _, _, err := d.Ship(ctx, ShipRequest{Items: pallets[1:], To: "wholesaler"}); err == nil || !strings.Contains(err.Error(), "prekey file") {
		t.Errorf("error %v, want one that asks for prekeys", err)
	}
	err := d.vault.Update(ctx, func(tx *sql.Tx) error { // a sender who uses the key again all the same
		_, err := tx.Exec(`UPDATE trace_prekey_partner SET used = NULL`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	r := x.receive("wholesaler", x.ship("maker", "wholesaler", pallets[1]))
	wantOutcome(t, r, Stop, NotAccepted)
	wantProblem(t, r, RuleKeyReused)
}

func TestFilesForOthersOrChangedOnTheWayAreRefused(t *testing.T) {
	x := newExchange(t)
	_, pallets := x.madePallets(1, 1, 2)
	x.handPrekeys("wholesaler", "maker", 2)
	file := x.ship("maker", "wholesaler", pallets[0])
	changed := bytes.Clone(file)
	changed[len(changed)/2] ^= 1
	unknown := ShipmentHead{ChainID: ledgertest.ChainID, From: "nobody", KeyID: 1, To: "wholesaler"}
	s, err := openShipmentFile(file)
	if err != nil {
		t.Fatal(err)
	}
	stranger := proof.AppendBytes(unknown.appendHead(nil, s.seal), s.sealed)
	sig := proof.Sign(ledgertest.PrivateKey("nobody"), proof.TaggedHash(proof.TagShipment, stranger))
	stranger = proof.AppendBytes(stranger, sig[:])
	for _, c := range []struct {
		name, at string
		file     []byte
		refuse   []RefuseItem
		says     string
	}{
		{"another receiver", "dispenser", file, nil, "is for wholesaler"},
		{"a changed byte", "wholesaler", changed, nil, "not signed with key 1 of maker"},
		{"a cut file", "wholesaler", file[:len(file)-9], nil, "damaged"},
		{"an empty file", "wholesaler", nil, nil, "damaged"},
		{"a sender that is no member", "wholesaler", stranger, nil, "not a member"},
		{"a refusal of what is not in it", "wholesaler", file, []RefuseItem{{"/01/00399991123455/21/77", "wrong"}}, "not in this shipment"},
		{"a refusal without reason", "wholesaler", file, []RefuseItem{{pallets[0], ""}}, "reason"},
		{"a refusal of a wrong number", "wholesaler", file, []RefuseItem{{"(00)003123456000004210", "wrong"}}, "check"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := x.desks[c.at].Receive(context.Background(), ReceiveRequest{File: bytes.NewReader(c.file), Refuse: c.refuse})
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want one that says %q", err, c.says)
			}
		})
	}
}

func TestPrekeyFilesForOthersOrChangedAreRefused(t *testing.T) {
	x := newExchange(t)
	ctx := context.Background()
	file, err := x.desks["wholesaler"].IssuePrekeys(ctx, "maker", 2)
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Clone(file)
	changed[len(changed)-80] ^= 1
	for _, c := range []struct {
		name, at string
		file     []byte
		says     string
	}{
		{"another partner", "dispenser", file, "issued for maker"},
		{"a changed byte", "maker", changed, "not signed"},
		{"no prekey file", "maker", []byte("hello"), "damaged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := x.desks[c.at].ImportPrekeys(ctx, c.file)
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want one that says %q", err, c.says)
			}
		})
	}
	for i, want := range []PrekeyReport{{"wholesaler", 2, 0, 2}, {"wholesaler", 0, 2, 2}} {
		if got, err := x.desks["maker"].ImportPrekeys(ctx, file); err != nil || got != want {
			t.Errorf("import %d gives %+v with error %v, want %+v", i+1, got, err, want)
		}
	}
	for _, n := range []int{0, PrekeysMax + 1} {
		if _, err := x.desks["wholesaler"].IssuePrekeys(ctx, "maker", n); err == nil {
			t.Errorf("%d prekeys were issued", n)
		}
	}
	if _, err := x.desks["wholesaler"].IssuePrekeys(ctx, "nobody", 1); err == nil {
		t.Error("prekeys were issued for an organisation that is no member")
	}
}

func TestAnothersSerialsAreExposed(t *testing.T) {
	x := newExchange(t)
	s := testShipment(1, 2, 3)
	real := x.pallets("maker", s)
	fake := x.pallets("copycat", s)
	x.handPrekeys("wholesaler", "maker", 2)
	x.handPrekeys("wholesaler", "copycat", 2)
	var opened OriginOpening
	trueFile := x.ship("maker", "wholesaler", real[0])
	x.reseal(trueFile, func(c *Content) { opened = c.Origins[0] })
	file := x.ship("copycat", "wholesaler", fake[0])
	r := x.receive("wholesaler", file)
	wantOutcome(t, r, Stop, NotAccepted)
	wantProblem(t, r, RulePrefix)
	r = x.receive("wholesaler", x.reseal(file, func(c *Content) { // with the true maker's statement
		c.Origins[0].Body, c.Origins[0].Signature, c.Origins[0].Salt = opened.Body, opened.Signature, opened.Salt
	}))
	wantOutcome(t, r, Stop, NotAccepted)
	wantProblem(t, r, RuleStatement)
	wantOutcome(t, x.receive("wholesaler", trueFile), OK, Received)
	x.chain.settle()
}

func TestTwoCommissionsOfOneSerialAreProvedByTheirBundles(t *testing.T) {
	x := newExchange(t)
	s := testShipment(1, 2, 3)
	first := x.pallets("maker", s)
	x.handPrekeys("wholesaler", "maker", 4)
	wantOutcome(t, x.receive("wholesaler", x.ship("maker", "wholesaler", first[0])), OK, Received)

	x.desks["maker"] = x.desk("maker", t.TempDir()) // the same maker, without its memory
	x.desks["maker"].keys = NewKeyring(ledgertest.HashOf("another seed"))
	second := x.pallets("maker", s)
	x.handPrekeys("wholesaler", "maker", 4)
	r := x.receive("wholesaler", x.ship("maker", "wholesaler", second[0]))
	wantOutcome(t, r, Stop, NotAccepted)
	wantProblem(t, r, RuleDuplicate)

	bundles, err := x.desks["wholesaler"].ProvenanceOfAll(context.Background(), s.Pack(4))
	if err != nil || len(bundles) != 2 {
		t.Fatalf("%d bundles with error %v, want 2", len(bundles), err)
	}
	d, err := proof.VerifyDuplicate(bundles[0], bundles[1], x.chain.trust())
	if err != nil || d.Org != "maker" {
		t.Errorf("%+v, error %v", d, err)
	}
	if tr := x.trace("wholesaler", s.Pack(4)); tr.Verdict != Stop {
		t.Errorf("the trace says %s: %s", tr.Verdict, tr.Text)
	}
}

func TestAWholeShipmentCanBeRejected(t *testing.T) {
	x := newExchange(t)
	_, pallets := x.madePallets(2, 1, 2)
	x.handPrekeys("wholesaler", "maker", 4)
	r := x.receive("wholesaler", x.ship("maker", "wholesaler", pallets...), RefuseItem{pallets[1], "damaged"})
	if r.Items[0].Outcome != Received || r.Items[1].Outcome != Rejected {
		t.Errorf("%s and %s, want the first received and the second rejected", r.Items[0].Outcome, r.Items[1].Outcome)
	}
	x.deliver()
	if got := x.status("maker", pallets[1]); got != StatusOnHand {
		t.Errorf("the maker's status is %d, want it on hand", got)
	}
	wantOutcome(t, x.receive("wholesaler", x.ship("maker", "wholesaler", pallets[1])), OK, Received)
	x.chain.settle()
}

func TestLateExpiredAndRecalledGoodsAreStopped(t *testing.T) {
	t.Run("after the deadline", func(t *testing.T) {
		x := newExchange(t)
		_, pallets := x.madePallets(1, 1, 2)
		x.handPrekeys("wholesaler", "maker", 2)
		file := x.ship("maker", "wholesaler", pallets[0])
		x.chain.pass((DeadlineDefaultDays*24 + 1) * 3600)
		r := x.receive("wholesaler", file)
		wantOutcome(t, r, Stop, NotAccepted)
		wantProblem(t, r, RuleDeadline)
	})
	t.Run("after the expiry date", func(t *testing.T) {
		x := newExchange(t)
		s := testShipment(1, 1, 2)
		pallets := x.pallets("maker", s)
		x.handPrekeys("wholesaler", "maker", 2)
		now := time.Date(2028, 7, 1, 0, 0, 0, 0, time.UTC)
		x.desks["wholesaler"].now = func() time.Time { return now }
		r := x.receive("wholesaler", x.ship("maker", "wholesaler", pallets[0]))
		wantOutcome(t, r, Stop, NotAccepted)
		wantProblem(t, r, RuleExpired)
	})
	t.Run("after the expiry date, called a return by its sender", func(t *testing.T) {
		x := newExchange(t)
		pallets := x.pallets("maker", testShipment(1, 1, 2))
		x.handPrekeys("wholesaler", "maker", 2)
		now := time.Date(2028, 7, 1, 0, 0, 0, 0, time.UTC)
		x.desks["wholesaler"].now = func() time.Time { return now }
		_, file, err := x.desks["maker"].Ship(context.Background(), ShipRequest{Items: pallets, To: "wholesaler", Return: true})
		if err != nil {
			t.Fatal(err)
		}
		wantProblem(t, x.receive("wholesaler", file), RuleExpired)
	})
	t.Run("recalled on the way", func(t *testing.T) {
		x := newExchange(t)
		s := testShipment(2, 1, 2)
		pallets := x.pallets("maker", s)
		x.handPrekeys("dispenser", "maker", 2)
		wantOutcome(t, x.receive("dispenser", x.ship("maker", "dispenser", pallets[0])), OK, Received)
		file := x.ship("maker", "dispenser", pallets[1])
		x.recall("maker", pallets...)
		x.deliver()
		r := x.receive("dispenser", file)
		wantOutcome(t, r, Stop, NotAccepted)
		wantProblem(t, r, RuleRecalled)
		answers, err := x.desks["dispenser"].Dispense(context.Background(), []string{s.Pack(0)}, "dispensing")
		if err != nil || answers[0].Verdict != Stop || !strings.Contains(answers[0].Text, "recall") {
			t.Errorf("dispensing recalled goods: %+v, error %v", answers, err)
		}
		if tr := x.trace("dispenser", s.Pack(0)); tr.Verdict != Stop || tr.Ledger.Recall != 1 {
			t.Errorf("the trace says %s, recall %d", tr.Verdict, tr.Ledger.Recall)
		}
		if _, _, err := x.desks["dispenser"].Ship(context.Background(), ShipRequest{Items: pallets[:1], To: "maker"}); err == nil || !strings.Contains(err.Error(), "recall") {
			t.Errorf("recalled goods were shipped on: %v", err)
		}
		x.handPrekeys("maker", "dispenser", 2)
		_, back, err := x.desks["dispenser"].Ship(context.Background(), ShipRequest{Items: pallets[:1], To: "maker", Return: true})
		if err != nil {
			t.Fatal(err)
		}
		wantOutcome(t, x.receive("maker", back), OK, Received)
		x.chain.settle()
	})
}

// recall puts what an organisation made under a recall.
func (x *trade) recall(of string, paths ...string) {
	x.t.Helper()
	d, ctx := x.desks[of], context.Background()
	var job int64
	err := d.vault.Update(ctx, func(tx *sql.Tx) error {
		var err error
		if job, err = d.startJob(tx, jobShip, ledgertest.HashOf("recall")); err != nil {
			return err
		}
		m := trace.RecallEntry{Class: 2, Text: ledgertest.HashOf("notice")}
		for _, path := range paths {
			it, err := mustItem(tx, path)
			if err != nil {
				return err
			}
			c, err := loadCommission(tx, it.commission)
			if err != nil {
				return err
			}
			m.Origins = append(m.Origins, c.origin)
			m.Openings = append(m.Openings, trace.Statement{Salt: c.stmtSalt, Body: c.stmtBody, Signature: c.stmtSig})
		}
		w := d.begin(tx, job)
		if err := w.step("recall", &m, &operation{writes: len(paths)}); err != nil {
			return err
		}
		return w.finish()
	})
	if err == nil {
		err = d.carryWhole(ctx, job)
	}
	if err != nil {
		x.t.Fatal(err)
	}
}

func TestDispensingIsStoppedWithAReason(t *testing.T) {
	x := newExchange(t)
	s := testShipment(2, 1, 4)
	pallets := x.pallets("maker", s)
	x.handPrekeys("dispenser", "maker", 3)
	wantOutcome(t, x.receive("dispenser", x.ship("maker", "dispenser", pallets[0])), OK, Received)
	x.handPrekeys("maker", "dispenser", 3)
	x.ship("dispenser", "maker", s.Pack(3))
	scan := func(lot string) string {
		return "(01)" + pathOf(t, s.Pack(0))[4:18] + "(21)100000000001(17)280630(10)" + lot
	}
	for _, c := range []struct {
		name, text string
		verdict    Verdict
		says       string
	}{
		{"a lot that is not the maker's", scan("LOT-OTHER"), Stop, "says lot"},
		{"a pack on hand, scanned", scan("LOT-7A"), OK, "can dispense"},
		{"the same pack again", s.Pack(0), Stop, "dispensed here already"},
		{"a pack that was shipped back", s.Pack(3), Stop, "shipped to maker"},
		{"a serial that nobody knows", s.Pack(77), CannotTell, "not proof of a fake"},
		{"a text that is no number", "hello", CannotTell, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			answers, err := x.desks["dispenser"].Dispense(context.Background(), []string{c.text}, "dispensing")
			if err != nil || answers[0].Verdict != c.verdict || !strings.Contains(answers[0].Text, c.says) {
				t.Errorf("%+v, error %v; want %s with %q", answers, err, c.verdict, c.says)
			}
			if c.verdict != OK && answers != nil && answers[0].Next == "" {
				t.Error("it does not say what to do next")
			}
		})
	}
}

func TestWhatIsNotKnownIsNotCalledAFake(t *testing.T) {
	x := newExchange(t)
	tr := x.trace("dispenser", "urn:epc:id:sgtin:0399991.012345.77")
	if tr.Found || tr.Verdict != CannotTell || tr.Next == "" {
		t.Errorf("found %v, %s: %s; %s", tr.Found, tr.Verdict, tr.Text, tr.Next)
	}
	if _, err := x.desks["dispenser"].Trace(context.Background(), "(01)00399991123455"); err == nil {
		t.Error("a product without a serial number was traced")
	}
}
