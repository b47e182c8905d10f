//go:build linux

package cluster

import (
	"flag"
	"testing"
)

// Admission is how entries are let onto the ledger.
type Admission string

// Named has each entry signed by the member that answers for it. It is the only mode
// that the ledger has; under tokens a member couldn't be told from another.
const Named Admission = "named"

var admission = flag.String("admission", string(Named), "how entries are let onto the ledger in this run's networks: named")

// admission is the mode under which a test's networks run: that of its options, or the
// run's. A test that can't run in it fails.
func (o Options) admission(t testing.TB) Admission {
	t.Helper()
	mode := o.Admission
	if mode == "" {
		mode = Admission(*admission)
	}
	if mode != Named {
		t.Fatalf("there is no admission by %q: this ledger lets entries in by name alone; leave -admission out", mode)
	}
	return mode
}
