package arch

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Fault is one place where the tree breaks a rule.
type Fault struct {
	File string // slash path from the repository's root
	Line int    // 1-based; 0 when the fault is the whole file's or folder's
	Text string // what is wrong and what to do
}

// String puts the place first, in the form editors and terminals link.
func (f Fault) String() string {
	if f.Line == 0 {
		return fmt.Sprintf("%s: %s", f.File, f.Text)
	}
	return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Text)
}

// sorted orders faults by place and drops repetitions, for one line can break
// one rule in several ways that read the same.
func sorted(faults []Fault) []Fault {
	slices.SortFunc(faults, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Text, b.Text))
	})
	return slices.Compact(faults)
}

// Report writes faults one a line, at most faultsShown of them.
func Report(faults []Fault) string {
	var b strings.Builder
	for i, f := range faults {
		if i == faultsShown {
			fmt.Fprintf(&b, "... and %d more\n", len(faults)-i)
			break
		}
		fmt.Fprintln(&b, f)
	}
	return b.String()
}
