package ledgertest

import "github.com/cockroachdb/datadriven"

// Directive lets tests run one directive of a script.
func Directive(t *Transcript, d *datadriven.TestData) string { return t.directive(d) }
