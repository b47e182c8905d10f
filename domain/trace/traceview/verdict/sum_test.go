package verdict

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestPrecedenceIsTheTablesOrder(t *testing.T) {
	for i, a := range Rows {
		for j, b := range Rows {
			if a.Notice || b.Notice {
				continue
			}
			want := Rows[min(i, j)]
			if (a.Rule == RuleNoDuty || b.Rule == RuleNoDuty) && slices.Contains(Lifted(), want.Rule) {
				continue // TestAGroundWithoutDutyLiftsOnlyWhatTheDutiesWouldHaveBrought
			}
			got := Sum("/p", time.Time{}, 1, []Fact{New(a.Rule, "/p", "a", Basis{}), New(b.Rule, "/p", "b", Basis{})})
			if got.Rule != want.Rule || got.Word != want.Word || got.Next != want.Next || len(got.Facts) != 2 {
				t.Errorf("%s with %s answers %s by %s, want %s by %s", a.Rule, b.Rule, got.Word, got.Rule, want.Word, want.Rule)
			}
		}
	}
}

func TestTheTableGoesFromStopOverCannotTellToOK(t *testing.T) {
	seen := map[string]bool{}
	for i, r := range Rows {
		if seen[r.Rule] {
			t.Errorf("%s stands twice", r.Rule)
		}
		seen[r.Rule] = true
		if i > 0 && gravity(r.Word) < gravity(Rows[i-1].Word) {
			t.Errorf("%s stands behind a row that is less grave", r.Rule)
		}
		if !r.Notice && (r.Text == "" || r.Next == "" || r.Known == "") {
			t.Errorf("%s does not say when, how it is known, or what to do", r.Rule)
		}
	}
}

func TestANoticeChangesNothing(t *testing.T) {
	facts := []Fact{New(RuleWasOut, "/p", "it was out", Basis{}), New(RuleCustodyProved, "/p", "it is yours", Basis{})}
	if a := Sum("/p", time.Time{}, 1, facts); a.Word != OK || a.Rule != RuleCustodyProved || len(a.Notices) != 1 || len(a.Facts) != 1 {
		t.Errorf("with a ground: %+v", a)
	}
	if a := Sum("/p", time.Time{}, 1, facts[:1]); a.Word != CannotTell || a.Rule != RuleUnknown {
		t.Errorf("a notice alone: %+v", a)
	}
}

// A fact can be wrong about its word, and come from code newer than the table.
func TestNothingUnknownIsEverOKOrStop(t *testing.T) {
	rules := []string{"verdict/of-tomorrow", "", "receive/root"}
	for _, r := range Rows {
		rules = append(rules, r.Rule)
	}
	rapid.Check(t, func(t *rapid.T) {
		words := []Word{OK, Stop, CannotTell, ""}
		var facts []Fact
		grounds, stops := 0, 0
		worst := OK
		for range rapid.IntRange(0, 6).Draw(t, "facts") {
			facts = append(facts, Fact{Rule: rapid.SampledFrom(rules).Draw(t, "rule"), Word: rapid.SampledFrom(words).Draw(t, "word")})
		}
		free := slices.ContainsFunc(facts, func(f Fact) bool { return f.Rule == RuleNoDuty })
		for _, f := range facts {
			row, known := RowOf(f.Rule)
			switch {
			case known && row.Notice, slices.Contains(Lifted(), f.Rule) && free:
			case known && row.Word == OK:
				grounds++
			case known && row.Word == Stop, !known && f.Word == Stop:
				stops++
				worst = worst.Worse(Stop)
			default:
				worst = worst.Worse(CannotTell)
			}
		}
		a := Sum("/p", time.Unix(1, 0), 7, facts)
		if a.Word == OK && (grounds == 0 || worst != OK) {
			t.Fatalf("OK of %+v", facts)
		}
		if (a.Word == Stop) != (stops > 0) {
			t.Fatalf("%s of %+v", a.Word, facts)
		}
		if len(a.Facts) == 0 || a.Facts[0].Rule != a.Rule || a.Height != 7 || a.Path != "/p" {
			t.Fatalf("the answer %+v", a)
		}
	})
}

func TestAGroundWithoutDutyLiftsOnlyWhatTheDutiesWouldHaveBrought(t *testing.T) {
	free := New(RuleNoDuty, "/p", "it is a medical gas", Basis{})
	lifted := 0
	for _, row := range Rows {
		if row.Notice || row.Rule == RuleNoDuty {
			continue
		}
		a := Sum("/p", time.Time{}, 1, []Fact{New(row.Rule, "/p", "a", Basis{}), free})
		switch {
		case slices.Contains(Lifted(), row.Rule):
			lifted++
			if row.Word != CannotTell {
				t.Errorf("%s, a %s, is lifted", row.Rule, row.Word)
			}
			if a.Word != OK || a.Rule != RuleNoDuty || len(a.Notices) != 1 || a.Notices[0].Rule != row.Rule || a.Notices[0].Word != OK {
				t.Errorf("%s with the ground: %s by %s, notices %+v", row.Rule, a.Word, a.Rule, a.Notices)
			}
		case a.Word != row.Word || a.Rule != row.Rule || len(a.Facts) != 2 || len(a.Notices) != 0:
			t.Errorf("%s with the ground: %s by %s", row.Rule, a.Word, a.Rule)
		}
	}
	if lifted != len(Lifted()) {
		t.Errorf("%d rules are lifted, of %d that are named", lifted, len(Lifted()))
	}
}

func TestWhatMakesGoodsSuspectStopsThem(t *testing.T) {
	for _, rule := range suspects {
		if row, ok := RowOf(rule); !ok || row.Word != Stop {
			t.Errorf("%s makes goods suspect and answers %s", rule, row.Word)
		}
	}
	for _, rule := range []string{RuleRecalled, RuleExpired, RuleHeld, RuleDispensed, RuleNotHere, RuleUnknown} {
		if Suspect(rule) {
			t.Errorf("%s makes goods suspect", rule)
		}
	}
}
