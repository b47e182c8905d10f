package verdict

import (
	"cmp"
	"slices"
	"time"
)

// Sum makes one answer of facts: the gravest word decides, and among facts with one
// word the earliest in Rows. Facts keep their order otherwise. A fact can't be better
// than its row, a fact without a row never makes an answer OK, and where no fact
// answers at all it is CAN'T TELL. Notices are kept apart and change nothing; so are facts
// that a ground without duty lifts.
func Sum(path string, at time.Time, height uint64, facts []Fact) Answer {
	a := Answer{Path: path, At: at, Height: height, Facts: []Fact{}}
	for _, f := range facts {
		row, ok := RowOf(f.Rule)
		switch {
		case ok && row.Notice:
			f.Word = OK
			a.Notices = append(a.Notices, f)
			continue
		case ok:
			f.Word = row.Word
		case f.Word != Stop:
			f.Word = CannotTell
		}
		a.Facts = append(a.Facts, f)
	}
	left, notices := lift(a.Facts)
	a.Facts, a.Notices = left, append(a.Notices, notices...)
	if len(a.Facts) == 0 {
		a.Facts = append(a.Facts, New(RuleUnknown, path, "Nothing is known of it here. That is not proof of a fake.", Basis{Known: Own, AsOf: at, Source: "here"}))
	}
	slices.SortStableFunc(a.Facts, func(x, y Fact) int {
		return cmp.Or(cmp.Compare(gravity(x.Word), gravity(y.Word)), cmp.Compare(rank(x.Rule), rank(y.Rule)))
	})
	first := a.Facts[0]
	a.Word, a.Rule, a.Text, a.Next, a.Command = first.Word, first.Rule, first.Text, first.Next, first.Command
	return a
}

// gravity is 0 for the gravest word.
func gravity(w Word) int { return slices.Index([]Word{Stop, CannotTell, OK}, w) }

// rank is a rule's place among those with its word; one without a row comes last.
func rank(rule string) int {
	if i, ok := ranks[rule]; ok {
		return i
	}
	return len(Rows)
}
