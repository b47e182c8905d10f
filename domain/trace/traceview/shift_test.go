package traceview

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/proof"
)

// shiftOf is the whole list of an organisation, by path.
func (x *trade) shiftOf(at string) (rows map[string]ShiftRow, answers map[string]ShiftAnswer, last ShiftList) {
	x.t.Helper()
	rows, answers = map[string]ShiftRow{}, map[string]ShiftAnswer{}
	for cursor := ""; ; {
		list, err := x.desks[at].ShiftList(context.Background(), cursor)
		if err != nil {
			x.t.Fatal(err)
		}
		for _, r := range list.Rows {
			if _, twice := rows[r.Path]; twice {
				x.t.Errorf("%s is on two pages", r.Path)
			}
			rows[r.Path], answers[r.Path] = r, list.Answers[r.Answer]
		}
		if last = list; list.Next == "" {
			return rows, answers, last
		}
		cursor = list.Next
	}
}

// shiftShelf is a shelf with each sort of pack: OK, held by its box's mark, dispensed, and
// from outside the network.
func shiftShelf(t testing.TB) shelf {
	x := newShelf(t)
	x.outside(SellerAuthorised, 1)
	return x
}

func TestTheListOfAShiftAnswersAsTheNodeDoes(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(x shelf)
		rows int
		word verdict.Word // of the pallet's packs
	}{
		{"with all well", func(shelf) {}, 4, verdict.OK},
		{"with a hold on the pallet", func(x shelf) { x.flag(proof.FlagHeld) }, 4, verdict.Stop},
		{"with one dispensed", func(x shelf) {
			if _, err := x.desks["dispenser"].Dispense(context.Background(), []string{x.s.Pack(0)}, "dispensing"); err != nil {
				t.Fatal(err)
			}
		}, 3, verdict.OK},
		{"under recall", func(x shelf) {
			x.onLedger(func(_ *proof.Record, o *proof.OriginState) { o.Recall = 1 })
		}, 4, verdict.Stop},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := shiftShelf(t)
			c.make(x)
			rows, answers, list := x.shiftOf("dispenser")
			if len(rows) != c.rows {
				t.Errorf("%d rows, want %d", len(rows), c.rows)
			}
			for path, got := range answers {
				want := x.judge("dispenser", path)[0]
				if got != (ShiftAnswer{want.Word, want.Rule, want.Text, want.Next, want.Facts[0].Basis.Known}) {
					t.Errorf("%s is %+v in the list, and %+v by the node", path, got, want)
				}
				if path != outsidePath && want.Word != c.word {
					t.Errorf("%s is %s, want %s", path, want.Word, c.word)
				}
			}
			if want := list.At.Add(shiftMost); !list.Until.Equal(want) {
				t.Errorf("it holds until %s, want %s", list.Until, want)
			}
		})
	}
}

// Whatever ends an OK within a shift, the list ends it no later than the node would.
func TestAnOKOfAShiftEndsNoLaterThanTheNodesOwn(t *testing.T) {
	for _, c := range []struct {
		name  string
		make  func(x shelf)
		after verdict.Word
	}{
		{"its expiry date", func(x shelf) {
			x.sql(`UPDATE trace_lot SET expiry = ? WHERE gtin = ?`, x.today().Format("060102"), outsidePath[4:18])
		}, verdict.Stop},
		{"a recall that begins tomorrow", func(x shelf) {
			list := fmt.Sprintf("gtin,lot,reference,class,from,to\n00361414123458,OUT,R-2,I,%s,\n", x.today().AddDate(0, 0, 1).Format(time.DateOnly))
			if _, err := x.desks["dispenser"].LoadNotices(context.Background(), strings.NewReader(list), "Sample list", x.today()); err != nil {
				x.t.Fatal(err)
			}
		}, verdict.Stop},
		{"the age of the notices", func(x shelf) {
			d := x.desks["dispenser"]
			d.noticeAge = d.now().Sub(x.today()) + 3*time.Hour
		}, verdict.CannotTell},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := shiftShelf(t)
			d := x.desks["dispenser"]
			// Late in the day, so that its end lies within the shift.
			x.chain.pass(uint64(x.today().Add(18*time.Hour).Unix() - d.now().Unix() + 24*60*60))
			x.notices(d.now())
			c.make(x)
			rows, answers, list := x.shiftOf("dispenser")
			const path = outsidePath
			until := rows[path].Until
			if answers[path].Word != verdict.OK || until.IsZero() || !until.Before(list.Until) {
				t.Fatalf("it is %+v until %s, within a list until %s", answers[path], until, list.Until)
			}
			at := func(when time.Time) verdict.Word {
				d.now = func() time.Time { return when }
				return x.judge("dispenser", path)[0].Word
			}
			if got := at(until); got != verdict.OK {
				t.Errorf("at the end of its OK the node says %s", got)
			}
			if got := at(until.Add(shiftStep)); got != c.after {
				t.Errorf("a step later the node says %s, want %s: the list could have held longer", got, c.after)
			}
		})
	}
}

func TestAnOldCopyOfTheLedgerHoldsForNoShift(t *testing.T) {
	x := shiftShelf(t)
	d := x.desks["dispenser"]
	_, at := x.chain.Status()
	block := time.Unix(int64(at), 0)
	for _, c := range []struct {
		name string
		old  time.Duration
		left time.Duration
	}{
		{"just made", 0, shiftMost}, {"nearly too old", d.ledgerAge - time.Hour, time.Hour}, {"too old", d.ledgerAge + time.Hour, -time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			d.now = func() time.Time { return block.Add(c.old) }
			_, answers, list := x.shiftOf("dispenser")
			if left := list.Until.Sub(list.At); left != c.left {
				t.Errorf("it holds for %s, want %s", left, c.left)
			}
			if got := answers[pathOf(t, x.s.Pack(0))]; c.left < 0 && got.Rule != verdict.RuleRecallListOld {
				t.Errorf("a pack is %+v", got)
			}
		})
	}
}

func TestTheListOfAShiftComesInPages(t *testing.T) {
	x, s := newExchange(t), newScene()
	s.commission(s.packs(0, ShiftRowsMax+1)...)
	x.taken(s)
	first, err := x.desks["maker"].ShiftList(context.Background(), "")
	if err != nil || len(first.Rows) != ShiftRowsMax || first.Next == "" || len(first.Answers) != 1 {
		t.Fatalf("%d rows, %d answers, next %q, %v", len(first.Rows), len(first.Answers), first.Next, err)
	}
	rows, _, _ := x.shiftOf("maker")
	if len(rows) != ShiftRowsMax+1 {
		t.Errorf("%d rows in all pages", len(rows))
	}
	if _, err := x.desks["maker"].ShiftList(context.Background(), "none"); err == nil {
		t.Error("a cursor that is none is taken")
	}
}

func TestWhoHasAPageOfAShiftAlreadyIsToldOnlyHowLongItHolds(t *testing.T) {
	x := shiftShelf(t)
	w := newWeb(t, x.desks["dispenser"])
	ask := func(tag string) (*http.Response, ShiftList) {
		t.Helper()
		r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, w.url+"/api/v1/shift", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+webToken)
		if tag != "" {
			r.Header.Set("If-None-Match", tag)
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		var list ShiftList
		if res.StatusCode == http.StatusOK {
			if err := json.Unmarshal(body, &list); err != nil {
				t.Fatalf("%v: %s", err, body)
			}
		} else if len(body) > 0 {
			t.Errorf("with %d came %s", res.StatusCode, body)
		}
		return res, list
	}
	res, list := ask("")
	tag := res.Header.Get("ETag")
	if res.StatusCode != http.StatusOK || len(list.Rows) != 4 || tag == "" || res.Header.Get("List-Until") == "" {
		t.Fatalf("%d, %+v, %v", res.StatusCode, list, res.Header)
	}
	x.chain.pass(60)
	again, _ := ask(tag)
	if again.StatusCode != http.StatusNotModified || again.Header.Get("List-Until") == res.Header.Get("List-Until") || again.Header.Get("ETag") != tag {
		t.Errorf("a minute later: %d, %v", again.StatusCode, again.Header)
	}
	x.flag(proof.FlagHeld)
	changed, list := ask(tag)
	words := []verdict.Word{}
	for _, a := range list.Answers {
		words = append(words, a.Word)
	}
	if changed.StatusCode != http.StatusOK || !slices.Contains(words, verdict.Stop) {
		t.Errorf("with a hold: %d, %v", changed.StatusCode, words)
	}
}
