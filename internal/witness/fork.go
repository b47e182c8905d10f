package witness

import (
	"errors"
	"fmt"

	"pedigree/proof"
)

// ErrNoFork says that a file doesn't show that validators rewrote what they signed.
var ErrNoFork = errors.New("this doesn't prove a fork")

// Fork is two histories of one ledger, both signed by its validators.
type Fork struct {
	Height        uint64
	First, Second Side
	// Both are the keys that signed both sides.
	Both []proof.Key
}

// Side is one of the two.
type Side struct {
	Header     proof.Hash // the block's hash
	Checkpoint Checkpoint // before that block
}

// Error says what was found, and names both sides.
func (f *Fork) Error() string {
	return fmt.Sprintf("the validators signed two histories: at height %d the block %s after %d events with root %s, and the block %s after %d events with root %s; %d of them signed both",
		f.Height, f.First.Header, f.First.Checkpoint.Events, f.First.Checkpoint.Root, f.Second.Header, f.Second.Checkpoint.Events, f.Second.Checkpoint.Root, len(f.Both))
}

// evidence puts two headers of one height into one file.
func evidence(first, second seen) proof.ConsistencyProof {
	return proof.ConsistencyProof{OldParts: first.parts, OldHeader: first.header, NewParts: second.parts, NewHeader: second.header}
}

// ReadFork verifies the file that a witness kept of a fork: two headers of one height
// that differ, each signed by more than two thirds of the validators.
func ReadFork(raw []byte, t proof.Trust) (*Fork, error) {
	p, err := decode(raw)
	if err != nil {
		return nil, errors.Join(ErrNoFork, err)
	}
	return forkOf(seen{p.OldParts, p.OldHeader}, seen{p.NewParts, p.NewHeader}, t)
}

func forkOf(first, second seen, t proof.Trust) (*Fork, error) {
	for _, s := range []seen{first, second} {
		if err := s.verify(t); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNoFork, err)
		}
	}
	a, b := first.header.Signed.Header, second.header.Signed.Header
	if a.Height != b.Height {
		return nil, fmt.Errorf("%w: its headers are of heights %d and %d", ErrNoFork, a.Height, b.Height)
	}
	if a.Hash() == b.Hash() {
		return nil, fmt.Errorf("%w: both headers are the same", ErrNoFork)
	}
	return &Fork{Height: a.Height, First: first.side(), Second: second.side(), Both: signedBoth(first, second, t)}, nil
}

// signedBoth lists the keys in both commits. The first signatures that make two
// thirds are in a proof, so that there may be more.
func signedBoth(first, second seen, t proof.Trust) []proof.Key {
	one := map[proof.Key]bool{}
	for _, k := range first.signers(t) {
		one[k] = true
	}
	var both []proof.Key
	for _, k := range second.signers(t) {
		if one[k] {
			both = append(both, k)
		}
	}
	return both
}
