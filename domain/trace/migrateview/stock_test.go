package migrateview

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pedigree/domain/trace/tiview"
	"pedigree/domain/trace/traceview"
	"pedigree/domain/trace/traceview/verdict"
	"pedigree/format/stocklist"
)

const head = "item,lot,expiry\n"

// grades are the counts of a run by grade, those that are none left out.
func grades(r Run) map[string]int {
	m := map[string]int{}
	for _, g := range r.Grades {
		if g.Count > 0 {
			m[g.Grade] = g.Count
		}
	}
	return m
}

func changes(r Run) map[string]int {
	m := map[string]int{}
	for _, c := range r.Changes {
		if c.Count > 0 {
			m[c.Change] = c.Count
		}
	}
	return m
}

// fourGrades is a pharmacy whose stock has each grade, and the list of it: a pack that was
// received on the ledger, one that a node's document names, one of the archive, and one of
// which nothing tells.
func fourGrades(t *testing.T) (w *world, list string, paths []string) {
	w = newWorld(t)
	proved, signed, reported, own := shipment(100, 2), shipment(200, 2), shipment(300, 2), shipment(400, 2)
	w.received(proved)
	w.archived(signed, tiview.WayNode)
	w.archived(reported, tiview.WayArchive)
	list = head
	for _, s := range []string{proved.Pack(0), signed.Pack(0), reported.Pack(0), own.Pack(0)} {
		paths = append(paths, pathOf(t, s))
		list += fmt.Sprintf("%s,%s,%s\n", pathOf(t, s), proved.Lot, proved.Expiry)
	}
	return w, list, paths
}

func TestGradesOfAMigratedStock(t *testing.T) {
	w, list, paths := fourGrades(t)
	run := w.give(Request{}, list)
	if diff := cmp.Diff(map[string]int{"proved": 1, "signed": 1, "reported": 1, "own word": 1}, grades(run)); diff != "" {
		t.Error(diff)
	}
	if run.Saleable != 3 || run.Claimed != 4 || run.Percent != 75 || run.Lines != 4 || run.Read != 4 {
		t.Errorf("%+v", run)
	}
	for i, want := range []struct {
		rule  string
		known int
	}{{verdict.RuleCustodyProved, verdict.Proved}, {verdict.RuleSellerReported, verdict.Signed}, {verdict.RuleSellerReported, verdict.Reported}, {verdict.RuleOwnWord, verdict.Own}} {
		a := w.judge(paths[i])
		if a.Rule != want.rule || a.Facts[0].Basis.Known != want.known {
			t.Errorf("%s: %+v", paths[i], a)
		}
	}
	if diff := cmp.Diff([]string{"5 note list/lot-only", "5 cannot-tell verdict/own-word"}, w.work(run.Number)); diff != "" {
		t.Error(diff)
	}
}

func TestTheSameListAgainChangesNothing(t *testing.T) {
	w, list, paths := fourGrades(t)
	first := w.give(Request{}, list)
	before, err := w.desk.Inventory(t.Context(), traceview.InventoryFilter{})
	if err != nil {
		t.Fatal(err)
	}
	again := w.give(Request{}, list)
	after, err := w.desk.Inventory(t.Context(), traceview.InventoryFilter{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]int{ChangeNew: 3, ChangeNone: 1}, changes(first)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]int{ChangeNone: 4}, changes(again)); diff != "" || again.Missing != 0 {
		t.Errorf("%d are missing; %s", again.Missing, diff)
	}
	if diff := cmp.Diff(grades(first), grades(again)); diff != "" {
		t.Error(diff)
	}
	// The archive of the seller comes later: the same list lets the pack be known better.
	w.archived(shipment(400, 2), tiview.WayArchive)
	better := w.give(Request{}, list)
	if changes(better)[ChangeBetter] != 1 || grades(better)["reported"] != 2 || w.judge(paths[3]).Word != verdict.OK {
		t.Errorf("%+v, %+v", better, w.judge(paths[3]))
	}
}

func TestACheckChangesNothingAndSaysWhatTheListWouldChange(t *testing.T) {
	w, list, paths := fourGrades(t)
	check := w.give(Request{Check: true}, list)
	page, err := w.desk.Inventory(t.Context(), traceview.InventoryFilter{Status: traceview.StatusOutside})
	if err != nil || len(page.Rows) != 0 || w.judge(paths[3]).Rule != verdict.RuleUnknown {
		t.Fatalf("after a check there is %+v, %v", page.Rows, err)
	}
	done := w.give(Request{}, list)
	if diff := cmp.Diff([]any{grades(check), changes(check), check.Percent, check.Answers}, []any{grades(done), changes(done), done.Percent, done.Answers}); diff != "" {
		t.Errorf("-checked +done\n%s", diff)
	}
	if !check.Check || done.Check {
		t.Error("they don't say which is the check")
	}
	// A later count lacks the pack that nothing tells of, and has another one.
	later := strings.Join(strings.SplitAfter(list, "\n")[:4], "") + listed(t, shipment(500, 2), 1)
	for _, c := range []struct {
		request Request
		changes map[string]int
		left    int
	}{
		{Request{Check: true, Whole: true}, map[string]int{ChangeNew: 1, ChangeNone: 3, ChangeGone: 1}, 3},
		{Request{}, map[string]int{ChangeNew: 1, ChangeNone: 3}, 4},
		{Request{Whole: true}, map[string]int{ChangeNone: 4, ChangeGone: 1}, 3},
	} {
		run := w.give(c.request, later)
		if diff := cmp.Diff(c.changes, changes(run)); diff != "" || run.Missing != 1 || !slices.Contains(w.work(run.Number), "0 note list/missing") {
			t.Errorf("%+v: %d missing, %q\n%s", c.request, run.Missing, w.work(run.Number), diff)
		}
		page, err := w.desk.Inventory(t.Context(), traceview.InventoryFilter{Status: traceview.StatusOutside})
		if err != nil || len(page.Rows) != c.left {
			t.Errorf("%+v: %d are in stock, %v", c.request, len(page.Rows), err)
		}
	}
	if a := w.judge(paths[3]); a.Rule != verdict.RuleUnknown {
		t.Errorf("what a whole list lacks: %+v", a)
	}
	if run := w.give(Request{}, list); changes(run)[ChangeNew] != 1 {
		t.Errorf("found again: %+v", run.Changes)
	}
}

func TestWhatContradictsIsNamedWithItsLineAndTheGoodPartGoesIn(t *testing.T) {
	w := newWorld(t)
	proved, reported, sold := shipment(100, 4), shipment(300, 9), shipment(600, 2)
	w.received(proved)
	w.archived(reported, tiview.WayArchive)
	swap := []string{makerGLN, ownGLN, ownGLN, makerGLN, "urn:epc:id:sgln:0399991.00001", "urn:epc:id:sgln:0614141.00001", "urn:epc:id:sgln:0614141.00001", "urn:epc:id:sgln:0399991.00001"}
	if e := w.archived(sold, tiview.WayArchive, swap...); e.State != tiview.Checked || e.Seller != ownGLN {
		t.Fatalf("the pharmacy's own sale is taken as %s: %+v", e.State, e)
	}
	if _, err := w.desk.Dispense(t.Context(), []string{proved.Pack(1)}, "dispensing"); err != nil {
		t.Fatal(err)
	}
	lot, day := reported.Lot, reported.Expiry
	line := func(id, lot, expiry, more string) string {
		return fmt.Sprintf("%s,%s,%s,%s\n", pathOf(t, id), lot, expiry, more)
	}
	p0 := pathOf(t, reported.Pack(0))
	zeros := p0[:strings.LastIndexByte(p0, '/')+1]
	list := "item,lot,expiry,status\n" +
		line(reported.Pack(0), lot, day, "") + // 2
		line(reported.Pack(0), lot, day, "") + // 3: again
		line(reported.Pack(1), "LOT-OTHER", day, "") + // 4
		line(reported.Pack(2), lot, "2029-01-31", "") + // 5
		line(reported.Pack(3), lot, day, "sold") + // 6
		line(reported.Pack(4), lot, day, "quarantine") + // 7
		line(proved.Pack(0), "LOT-OTHER", day, "") + // 8
		line(proved.Pack(1), lot, day, "") + // 9: dispensed
		line(sold.Pack(0), lot, day, "") + // 10
		line(reported.Pack(5), "", "", "") + // 11: the document says them
		zeros + "1.23E+13," + lot + "," + day + ",\n" + // 12: a serial number like that isn't refused in a code
		line(shipment(900, 1).Pack(0), lot, day, "") + // 13: the lot is known
		"(01)00614141123452(21)1,L,2028-06-30,\n" + // 14: a number of ours, which we don't make
		"not a code,,,\n" // 15
	run := w.give(Request{}, list)
	want := []string{
		"3 left-out list/duplicate", "4 left-out list/other-lot", "5 left-out list/other-expiry", "6 left-out list/gone", "7 left-out list/set-aside",
		"8 left-out list/other-lot", "9 left-out list/ended", "10 left-out list/sold", "12 note list/lot-only", "13 note list/lot-only", "15 left-out list/item",
	}
	got := w.work(run.Number)
	var found []string
	for _, g := range got {
		if !strings.Contains(g, "cannot-tell") {
			found = append(found, g)
		}
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if g := grades(run); g["reported"] != 2 || g["own word"] != 3 || len(g) != 2 {
		t.Errorf("%v", g)
	}
	if run.Claimed != 12 || run.Saleable != 2 {
		t.Errorf("%d of %d", run.Saleable, run.Claimed)
	}
	if a := w.judge(pathOf(t, reported.Pack(5))); a.Word != verdict.OK {
		t.Errorf("%+v", a)
	}
	if a := w.judge(pathOf(t, reported.Pack(1))); a.Rule != verdict.RuleUnknown {
		t.Errorf("a pack with another lot: %+v", a)
	}
}

func TestWhatMayNotBeSoldComesInAndIsStopped(t *testing.T) {
	w := newWorld(t)
	reported := shipment(300, 3)
	w.archived(reported, tiview.WayArchive)
	w.notices("00399991123455," + reported.Lot + ",R-9,I,,")
	run := w.give(Request{}, head+listed(t, reported, 0))
	if got := w.work(run.Number); len(got) != 1 || got[0] != "2 stop verdict/recalled" || run.Saleable != 0 {
		t.Errorf("%q, %+v", got, run)
	}
	old := shipment(700, 1)
	run = w.give(Request{}, head+fmt.Sprintf("%s,OLD,2024-06-30\n", pathOf(t, old.Pack(0))))
	if got := w.work(run.Number); len(got) != 2 || got[0] != "2 stop verdict/expired" || got[1] != "0 note list/missing" {
		t.Errorf("%q", got)
	}
}

func TestASellerWhoIsNotAuthorisedLeavesGoodsUnsaleableUntilHeIs(t *testing.T) {
	w := newWorld(t)
	w.sellers.words = map[string]string{}
	reported := shipment(300, 3)
	w.archived(reported, tiview.WayArchive)
	list := head + listed(t, reported, 0, 1, 2)
	if run := w.give(Request{}, list); run.Saleable != 0 || len(run.Answers) != 1 || run.Answers[0].Rule != verdict.RuleSellerUnknown || run.Answers[0].Count != 3 {
		t.Errorf("%+v", run)
	}
	if len(w.sellers.asked) != 1 || w.sellers.asked[0] != makerGLN+" "+reported.Shipped.Format(time.DateOnly) {
		t.Errorf("asked for %q", w.sellers.asked)
	}
	w.sellers.words[makerGLN] = traceview.SellerAuthorised
	if run := w.give(Request{}, list); run.Percent != 100 || changes(run)[ChangeNone] != 3 {
		t.Errorf("%+v", run)
	}
}

func TestASerialNumberThatLostItsZerosIsNamed(t *testing.T) {
	w := newWorld(t)
	s := shipment(300, 2)
	serial := s.Pack(0)[strings.LastIndexByte(s.Pack(0), '.')+1:]
	w.archived(s, tiview.WayArchive, "."+serial, ".00"+serial)
	run := w.give(Request{}, head+listed(t, s, 0))
	if got := w.work(run.Number); len(got) != 1 || got[0] != "2 left-out list/serial-zeros" {
		t.Errorf("%q", got)
	}
}

func TestAMakersOwnProductsAreToBeCaptured(t *testing.T) {
	w := newWorld(t)
	own, err := w.maker.OwnProducts()
	if err != nil || !own("/01/00399991123455/21/1") || own("/01/00361414123458/21/1") || own("/00/003999910000000015") {
		t.Errorf("the maker's own numbers aren't known, %v", err)
	}
	pharmacy, err := w.desk.OwnProducts()
	if err != nil || pharmacy("/01/00614141123452/21/1") {
		t.Errorf("a pharmacy makes nothing, %v", err)
	}
	k := chunk{c: &carrying{own: own}}
	it := k.decide(&stocklist.Line{Path: "/01/00399991123455/21/1", GTIN: "00399991123455"}, known{before: map[string]int{}})
	if it.rule != RuleOwnProduct || it.grade != 0 || k.findings[0].rule != RuleOwnProduct {
		t.Errorf("%+v", it)
	}
}

func TestEachStandingOnTheLedgerIsAnsweredByItsRule(t *testing.T) {
	for status, want := range map[int]string{
		traceview.StatusOffered: RuleSold, traceview.StatusAway: RuleSold, traceview.StatusExpected: RuleExpected, traceview.StatusEnded: RuleEnded,
		traceview.StatusDispensed: RuleEnded, traceview.StatusRefused: RuleNotYours, traceview.StatusInCare: RuleElsewhere, traceview.StatusKept: RuleNotYours,
		traceview.StatusLeft: RuleLeft, traceview.StatusOnHand: "",
	} {
		k := chunk{}
		it := k.onLedger(item{line: &stocklist.Line{Number: 2}}, traceview.Standing{Status: status, Partner: "wholesaler"})
		if it.rule != want || (it.grade == traceview.KnownProved) != (want == "") {
			t.Errorf("%s: %+v", traceview.StatusName(status), it)
		}
		if want != "" && strings.Contains(k.findings[0].text, "%") {
			t.Errorf("%s: %s", traceview.StatusName(status), k.findings[0].text)
		}
	}
	for _, r := range Rules {
		if r.Text == "" || r.Next == "" || workOfRule(r.Rule) != map[bool]Work{true: LeftOut, false: Note}[r.Out] {
			t.Errorf("%+v", r)
		}
	}
}

// many is a list of so many packs that nothing tells of.
func many(n int) string {
	list := head
	for i := range n {
		list += fmt.Sprintf("(01)00399991123455(21)9%07d,LOT-7A,2028-06-30\n", i)
	}
	return list
}

func TestMigrationIsResumedAndCancelled(t *testing.T) {
	const lines = 2*chunkLines + 7
	for _, whole := range []bool{false, true} {
		w := newWorld(t)
		w.give(Request{}, head+listed(t, shipment(400, 2), 0))
		ends := 0
		for killed := true; killed; ends++ {
			killed = false
			m := w.m
			m.failAt = func(string) error { // the node dies after each durable step
				killed = true
				m.stop()
				return m.ctx.Err()
			}
			var err error
			if ends == 0 {
				_, err = m.Stock(t.Context(), Request{Name: "stock.csv", Whole: whole, Reader: strings.NewReader(many(lines))})
			} else {
				err = m.Resume(t.Context())
			}
			if err != nil || ends > 20 {
				t.Fatalf("started %d times: %v", ends, err)
			}
			m.work.Wait()
			w.start()
		}
		list, err := w.m.List(t.Context(), 0, 10)
		if err != nil || len(list) != 2 {
			t.Fatalf("there are %d runs, %v", len(list), err)
		}
		run := list[0]
		want := map[string]int{ChangeNew: lines}
		if whole {
			want[ChangeGone] = 1
		}
		if diff := cmp.Diff(want, changes(run)); diff != "" || run.State != "done" || run.Read != lines || run.Lines != lines || run.Missing != 1 || grades(run)["own word"] != lines {
			t.Errorf("%+v\n%s", run, diff)
		}
		if ends != 7 { // three parts, three pages of the comparison, and the end
			t.Errorf("it was started %d times", ends)
		}
	}
}

func TestARunIsPausedAndGoesOn(t *testing.T) {
	w := newWorld(t)
	list := many(3*chunkLines + 1)
	reached, goOn := make(chan bool, 1), make(chan bool)
	once := false
	w.m.failAt = func(string) error {
		if !once {
			once = true
			reached <- true
			<-goOn
		}
		return nil
	}
	run, err := w.m.Stock(t.Context(), Request{Name: "stock.csv", Reader: strings.NewReader(list)})
	if err != nil {
		t.Fatal(err)
	}
	<-reached
	if paused, err := w.m.Pause(t.Context(), run.Number); err != nil || paused.State != "paused" || paused.Read != chunkLines {
		t.Fatalf("%+v, %v", paused, err)
	}
	close(goOn)
	w.m.Stop()
	w.start()
	if err := w.m.Resume(t.Context()); err != nil { // a restart doesn't go on with what a person paused
		t.Fatal(err)
	}
	w.m.Stop()
	w.start()
	j, err := w.desk.DescribeJob(t.Context(), run.Job)
	if err != nil || j.Kind != "migrate-stock" || j.State != "paused" || j.Progress.Done != chunkLines || j.Progress.Of != 3*chunkLines+1 {
		t.Fatalf("%+v, %v", j, err)
	}
	again := w.give(Request{}, list)
	if again.Number != run.Number || again.Read != 3*chunkLines+1 {
		t.Errorf("%+v", again)
	}
	if _, err := w.m.Pause(t.Context(), run.Number); err == nil {
		t.Error("a run that is done was paused")
	}
}

func TestARunGoesOnWhenTheNodeStartsAnew(t *testing.T) {
	w := newWorld(t)
	w.m.failAt = func(string) error { return w.m.ctx.Err() }
	w.m.turn.Lock() // it waits in line
	run, err := w.m.Stock(t.Context(), Request{Name: "stock.csv", Reader: strings.NewReader(many(chunkLines))})
	if err != nil {
		t.Fatal(err)
	}
	w.m.stop()
	w.m.turn.Unlock()
	w.m.Stop()
	w.start()
	if err := w.m.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	if run = w.ended(run.Number, "done"); grades(run)["own word"] != chunkLines {
		t.Errorf("%+v", run)
	}
}

func TestWhatIsNoListLeavesNoRun(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		request Request
		list    string
		says    string
	}{
		"a file without names of columns": {Request{Name: "a.csv"}, "1,2,3\n", "its first line must name"},
		"an empty file":                   {Request{Name: "a.csv"}, "", "empty"},
		"a file without a name":           {Request{}, head, "needs a name"},
		"a name that is too long":         {Request{Name: strings.Repeat("a", NameBytesMax+1)}, head, "needs a name"},
	} {
		c.request.Reader = strings.NewReader(c.list)
		if _, err := w.m.Stock(t.Context(), c.request); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if list, err := w.m.List(t.Context(), 0, 10); err != nil || len(list) != 0 {
		t.Errorf("there are %d runs, %v", len(list), err)
	}
	if run := w.give(Request{}, head); run.Lines != 0 || run.Percent != 0 || run.State != "done" {
		t.Errorf("a list of nothing: %+v", run)
	}
	if _, err := w.m.Get(t.Context(), 99); err == nil {
		t.Error("a run that isn't there is told")
	}
	for _, cursor := range []string{"x", "finding:x", "finding:"} {
		if _, err := w.m.Lines(t.Context(), 1, cursor, 10); err == nil {
			t.Errorf("the cursor %q is taken", cursor)
		}
	}
}

func TestTheReportIsHarmlessInASpreadsheet(t *testing.T) {
	w := newWorld(t)
	run := w.give(Request{}, "item,gtin,serial\n(01)00399991123455(21)-1+2,,\n,=1+1,5\n")
	var out strings.Builder
	if err := w.m.CSV(t.Context(), run.Number, &out); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 3 || lines[0] != "line,work,rule,item,grade,document,text,next" || !strings.HasPrefix(lines[1], "3,left-out,list/formula,,,0,") ||
		!strings.HasPrefix(lines[2], "2,cannot-tell,verdict/own-word,/01/00399991123455/21/-1%2B2,own word,0,") {
		t.Errorf("%s", out.String())
	}
}

func TestFindingsAreKeptUpToALimitAndAllAreCounted(t *testing.T) {
	w := newWorld(t)
	for _, n := range []int{FindingsMax, FindingsMax + 1} {
		run := w.give(Request{}, head+strings.Repeat("no code,,\n", n))
		kept := 0
		for cursor := ""; ; {
			page, err := w.m.Lines(t.Context(), run.Number, cursor, LinesMax)
			if err != nil {
				t.Fatal(err)
			}
			if kept += len(page.Lines); page.Next == "" {
				break
			}
			cursor = page.Next
		}
		if kept != FindingsMax || len(run.Findings) != 1 || run.Findings[0].Count != n || run.Read != n {
			t.Errorf("of %d findings %d are kept: %+v", n, kept, run.Findings)
		}
	}
}

func TestLinesOfRunsLongPastAreDropped(t *testing.T) {
	w := newWorld(t)
	list := head + listed(t, shipment(400, 2), 0)
	first := w.give(Request{}, list)
	for i := range RunsKept {
		if len(w.work(first.Number)) != 1 {
			t.Fatalf("the lines are gone after %d more runs", i)
		}
		w.give(Request{}, list)
	}
	if got := w.work(first.Number); len(got) != 0 {
		t.Errorf("%q are kept", got)
	}
	if run, err := w.m.Get(t.Context(), first.Number); err != nil || grades(run)["own word"] != 1 {
		t.Errorf("%+v, %v", run, err)
	}
	if maps.Equal(map[string]int{}, grades(first)) {
		t.Error("nothing was counted")
	}
}
