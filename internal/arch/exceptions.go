package arch

import (
	"fmt"
	"strings"
)

// Exception lets one place break one rule, for a reason a reader can judge.
type Exception struct {
	File string // the faults' file or folder
	Text string // a part of the faults' text, enough to tell the rule
	Why  string // the reason
}

// Exceptions lists those in force. It is short on purpose: each entry must be
// in use and give its reason.
func Exceptions() []Exception {
	return []Exception{
		{"internal/sharedtest", "no doc.go", "its one file is its own documentation"},
	}
}

// Except removes the faults that an exception covers, and adds a fault for each
// exception that covers none.
func Except(faults []Fault, list []Exception) []Fault {
	used := make([]bool, len(list))
	var left []Fault
	for _, f := range faults {
		covered := false
		for i, e := range list {
			if f.File == e.File && strings.Contains(f.Text, e.Text) && e.Why != "" {
				covered, used[i] = true, true
			}
		}
		if !covered {
			left = append(left, f)
		}
	}
	for i, e := range list {
		if !used[i] {
			left = append(left, Fault{File: e.File, Text: fmt.Sprintf("the exception for %q is not needed, or gives no reason: remove it from internal/arch/exceptions.go", e.Text)})
		}
	}
	return left
}
