package witness

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"pedigree/proof"
)

// Fork is an error that proves itself: two histories of one ledger, both signed by
// its validators.
type Fork struct {
	Proof  proof.Fork
	Report proof.ForkReport
}

// Error says what was found, and how many contradict themselves.
func (f *Fork) Error() string {
	both := 0
	for _, s := range f.Report.Signers {
		if s.Contradicts {
			both++
		}
	}
	step, _ := f.Report.Step(proof.PartFork)
	return fmt.Sprintf("%s; %d of them signed both", strings.TrimSuffix(strings.Replace(step.Text, "The", "the", 1), "."), both)
}

// Find holds two signed headers against each other. It is nil when they are the same
// one, or of different heights: neither contradicts the other then.
func Find(first, second proof.ForkSide, t proof.Trust) (*Fork, error) {
	a, b := first.Header.Signed.Header, second.Header.Signed.Header
	if a.Height != b.Height || a.Hash() == b.Hash() {
		return nil, nil
	}
	f := &Fork{Proof: proof.Fork{First: first, Second: second}}
	var err error
	if f.Report, err = f.Proof.Verify(t); err != nil {
		return nil, err
	}
	return f, nil
}

// Name adds whose the validators are that signed, as far as a node can prove it: it
// is asked for a state proof, encoded, of each one's row. Without an answer the fork
// stays as it is, for it proves itself.
func (f *Fork) Name(t proof.Trust, prove func(key []byte) ([]byte, error)) {
	var members [][]byte
	for _, s := range f.Report.Signers {
		raw, err := prove(proof.ValidatorKey(s.Key))
		if err == nil {
			members = append(members, raw)
		}
	}
	named := f.Proof
	named.Members = members
	if report, err := named.Verify(t); err == nil {
		f.Proof, f.Report = named, report
	}
}

// keep writes a fork into the witness's folder.
func (w *Witness) keep(f *Fork) error {
	if err := replaceFile(filepath.Join(w.config.Dir, forkFile), f.Proof.Encode()); err != nil {
		return errors.Join(f, fmt.Errorf("couldn't keep the proof of the fork: %w", err))
	}
	return nil
}

// Name adds whose the validators are to a fork that the witness found and keeps.
func (w *Witness) Name(f *Fork, prove func(key []byte) ([]byte, error)) error {
	f.Name(w.config.Trust, prove)
	return w.keep(f)
}

// ReadFork verifies the file that a witness kept of a fork.
func ReadFork(raw []byte, t proof.Trust) (*Fork, error) {
	p, err := proof.DecodeFork(raw)
	if err != nil {
		return nil, errors.Join(proof.ErrNoFork, err)
	}
	report, err := p.Verify(t)
	if err != nil {
		return nil, errors.Join(proof.ErrNoFork, err)
	}
	return &Fork{p, report}, nil
}
