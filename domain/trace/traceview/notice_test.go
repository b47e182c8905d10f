package traceview

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pedigree/domain/trace/traceview/verdict"
)

const noticeHead = "gtin,lot,reference,class,from,to\n"

// today is the day at the dispenser.
func (x shelf) today() time.Time { return x.desks["dispenser"].now().Truncate(24 * time.Hour) }

func (x shelf) load(source, rows string) NoticesReport {
	x.t.Helper()
	r, err := x.desks["dispenser"].LoadNotices(context.Background(), strings.NewReader(noticeHead+rows), source, x.today())
	if err != nil {
		x.t.Fatal(err)
	}
	return r
}

func TestARecallNoticeStopsTheLotsItNames(t *testing.T) {
	x := newShelf(t)
	day := func(days int) string { return x.today().AddDate(0, 0, days).Format(time.DateOnly) }
	for name, c := range map[string]struct {
		row  string
		word verdict.Word
	}{
		"its lot":                  {"00399991123455,LOT-7A,D-1,II,,", Stop},
		"each lot":                 {"00399991123455,,D-1,,,", Stop},
		"another lot":              {"00399991123455,LOT-8,D-1,II,,", OK},
		"another product":          {"00399991123462,LOT-7A,D-1,II,,", OK},
		"from today on":            {"00399991123455,LOT-7A,D-1,II," + day(0) + ",", Stop},
		"from tomorrow on":         {"00399991123455,LOT-7A,D-1,II," + day(1) + ",", OK},
		"until today":              {"00399991123455,LOT-7A,D-1,II,," + day(0), Stop},
		"until yesterday":          {"00399991123455,LOT-7A,D-1,II,," + day(-1), OK},
		"a GTIN with 12 digits":    {"399991123455,LOT-7A,D-1,2,,", Stop},
		"nothing, and only a head": {"", OK},
	} {
		r := x.load("a list", c.row)
		a := x.judge("dispenser", x.s.Pack(0))[0]
		if a.Word != c.word {
			t.Errorf("%s: %s by %s: %s", name, a.Word, a.Rule, a.Text)
		}
		if c.word != Stop {
			continue
		}
		want := verdict.Basis{Known: verdict.Reported, AsOf: r.AsOf, Source: "list", Evidence: "a list"}
		if diff := cmp.Diff(want, a.Facts[0].Basis); diff != "" || a.Rule != verdict.RuleRecalled || !strings.Contains(a.Text, "notice D-1") {
			t.Errorf("%s: %s: %s\n%s", name, a.Rule, a.Text, diff)
		}
		if list, err := x.desks["dispenser"].Dispense(context.Background(), []string{x.s.Pack(0)}, "dispensing"); err != nil || list[0].Rule != verdict.RuleRecalled {
			t.Errorf("%s: dispensed: %+v, %v", name, list, err)
		}
	}
}

// A pack that nobody here knows can be under a recall notice: the scan says its lot.
func TestANoticeStopsAPackThatIsNotKnownHere(t *testing.T) {
	x := newShelf(t)
	x.load("a list", "00399991123455,LOT-9,D-1,I,,")
	for lot, want := range map[string]verdict.Word{"LOT-9": Stop, "LOT-10": CannotTell} {
		if a := x.judge("dispenser", x.scanOf(70, lot, "280630"))[0]; a.Word != want {
			t.Errorf("%s: %s by %s", lot, a.Word, a.Rule)
		}
	}
}

func TestAListReplacesTheOneBeforeOfItsSource(t *testing.T) {
	x := newShelf(t)
	d, ctx := x.desks["dispenser"], context.Background()
	x.load("one", "00399991123455,LOT-1,A,I,,\n00399991123455,LOT-1,A,I,,\n00399991123462,,B,,2026-01-01,2026-12-31\n")
	x.load("two", "00399991123455,LOT-2,C,3,,")
	if r := x.load("one", "00399991123455,LOT-3,D,,,"); r.Before != 2 || r.Notices != 1 {
		t.Errorf("the second list of a source: %+v", r)
	}
	for gtin, want := range map[string]string{"": "LOT-2 C 3 two, LOT-3 D 0 one", "00399991123455": "LOT-2 C 3 two, LOT-3 D 0 one", "00399991123462": ""} {
		list, err := d.Notices(ctx, gtin)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, n := range list {
			got = append(got, fmt.Sprintf("%s %s %d %s", n.Lot, n.Reference, n.Class, n.Source))
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("of %q: %v, want %s", gtin, got, want)
		}
	}
	for name, asOf := range map[string]time.Time{"older than what is loaded": x.today().AddDate(0, 0, -1), "of tomorrow": x.today().AddDate(0, 0, 1), "of no day": {}} {
		if _, err := d.LoadNotices(ctx, strings.NewReader(noticeHead), "one", asOf); err == nil {
			t.Errorf("a list %s is taken", name)
		}
	}
	for n, ok := range map[int]bool{0: false, NoticeTextMax: true, NoticeTextMax + 1: false} {
		if _, err := d.LoadNotices(ctx, strings.NewReader(noticeHead), strings.Repeat("s", n), x.today()); (err == nil) != ok {
			t.Errorf("a source's name of %d bytes: %v", n, err)
		}
	}
	if list, err := d.Notices(ctx, ""); err != nil || len(list) != 2 {
		t.Errorf("after lists that were refused: %+v, %v", list, err)
	}
}

func TestABadListIsRefusedWithLineAndColumn(t *testing.T) {
	good := "00399991123455,LOT-7A,D-1,II,,\n"
	for name, c := range map[string]struct{ file, says string }{
		"nothing":                  {"", "gtin, lot, reference, class, from, to"},
		"a column missing":         {"gtin,lot,class,from,to\n", "the column reference is missing"},
		"a column of another name": {"gtin,lot,reference,class,from,until\n", `the column "until" is none of`},
		"a column twice":           {"gtin,gtin,lot,reference,class,from,to\n", "stands twice"},
		"a wrong check digit":      {noticeHead + good + "00399991123456,,D-1,,,\n", "line 3: gtin: "},
		"markup in a lot":          {noticeHead + "00399991123455,\"<b>\x01\",D-1,,,\n", "line 2: lot: "},
		"no reference":             {noticeHead + "00399991123455,LOT-7A,,II,,\n", "line 2: reference: it has 0 bytes"},
		"a formula":                {noticeHead + "00399991123455,LOT-7A,\"=HYPERLINK(1)\",II,,\n", "begins like a formula"},
		"a class of four":          {noticeHead + "00399991123455,LOT-7A,D-1,IV,,\n", `class: "IV"`},
		"a day that is none":       {noticeHead + "00399991123455,LOT-7A,D-1,II,2026-02-30,\n", `from: "2026-02-30" is no day`},
		"an end before the start":  {noticeHead + "00399991123455,LOT-7A,D-1,II,2026-02-02,2026-02-01\n", "to: it is before from"},
		"a field too few":          {noticeHead + "00399991123455,LOT-7A,D-1,II,\n", "line 2"},
		"an open quotation mark":   {noticeHead + "00399991123455,\"LOT-7A,D-1,II,,\n", "can't be read"},
	} {
		if _, err := ReadNotices(strings.NewReader(c.file)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
	list, err := ReadNotices(strings.NewReader("\ufeffTO,from,Class,reference,lot,gtin\r\n2026-12-31,,III,D-1,,399991123455\r\n"))
	want := []Notice{{GTIN: "00399991123455", Reference: "D-1", Class: 3, To: time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)}}
	if diff := cmp.Diff(want, list); err != nil || diff != "" {
		t.Errorf("another order of columns: %v\n%s", err, diff)
	}
}

// endless is a list that goes on for ever.
type endless struct {
	line string
	at   int
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.line[e.at:])
	e.at = (e.at + n) % len(e.line)
	return n, nil
}

func TestAListHasALimit(t *testing.T) {
	for n, ok := range map[int]bool{NoticesMax: true, NoticesMax + 1: false} {
		var rows []byte
		for i := range n {
			rows = fmt.Appendf(rows, "00399991123455,%d,D,,,\n", i)
		}
		list, err := ReadNotices(io.MultiReader(strings.NewReader(noticeHead), strings.NewReader(string(rows))))
		if (err == nil) != ok || ok && len(list) != n {
			t.Errorf("%d notices: %d read, %v", n, len(list), err)
		}
	}
	same := &endless{line: "00399991123455,LOT-7A,D-1,II,,\n"}
	if _, err := ReadNotices(io.MultiReader(strings.NewReader(noticeHead), same)); err == nil || !strings.Contains(err.Error(), "more than 16777216 bytes") {
		t.Errorf("a list without an end: %v", err)
	}
}

func FuzzReadNotices(f *testing.F) {
	f.Add(noticeHead + "00399991123455,LOT-7A,D-1,II,2026-01-01,2026-12-31\n")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := ReadNotices(strings.NewReader(text))
		if err != nil {
			return
		}
		for _, n := range list {
			if len(n.GTIN) != 14 || n.Reference == "" || n.Class < 0 || n.Class > 3 {
				t.Fatalf("%+v", n)
			}
		}
	})
}
