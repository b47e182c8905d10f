package admissiontest

import (
	"cmp"
	"fmt"
	"os"
)

// Mode is how entries are let onto a ledger.
type Mode string

// Named has each entry signed by the member that answers for it. It is the only mode
// that the ledger has; under tokens a member couldn't be told from another.
const Named Mode = "named"

// Env is the variable that chooses the mode of a run; without it, it is Named.
const Env = "PEDIGREE_ADMISSION"

// OfRun is the mode of this run. It is an error to ask for one that no ledger has: tests
// that ran in another one would show nothing.
func OfRun() (Mode, error) {
	m := cmp.Or(Mode(os.Getenv(Env)), Named)
	if m != Named {
		return "", fmt.Errorf("there is no admission by %q: this ledger lets entries in by name alone; leave %s out", m, Env)
	}
	return m, nil
}
