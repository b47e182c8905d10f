package store

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"pedigree/internal/store/eventtree"
	"pedigree/internal/store/statetree"
	"pedigree/proof"
)

// At says to which height a proof belongs. The header of the next height carries
// the hash of Parts as its application hash.
type At struct {
	Height int64
	Parts  proof.AppHashParts
}

// StateProof shows what the state holds under a key, or that it holds nothing.
type StateProof struct {
	At
	Key   []byte
	Value []byte // nil when nothing is there
	Found bool
	Path  proof.StatePath
}

// Verify checks the proof against the state root it names. Whoever uses it ties
// that root to a header.
func (p StateProof) Verify() error {
	if p.Found {
		return p.Path.VerifyPresent(p.Parts.StateRoot, p.Key, p.Value)
	}
	return p.Path.VerifyAbsent(p.Parts.StateRoot, p.Key)
}

// EventProof shows that an event stands at its number among the events that
// Parts counts.
type EventProof struct {
	At
	Number uint64
	Event  []byte
	Hashes []proof.Hash // RFC 6962 inclusion path, from the leaf upward
}

// Verify checks the proof against the event root it names. Whoever uses it ties
// that root to a header.
func (p EventProof) Verify() error {
	return proof.VerifyInclusion(p.Parts.EventRoot, proof.TreeLeaf(p.Event), p.Number, p.Parts.EventCount, p.Hashes)
}

// ProveState shows what the view's height holds under a key.
func (v *View) ProveState(key []byte) (StateProof, error) {
	p, err := v.proveState(key)
	if err == nil {
		err = p.Verify()
	}
	if err != nil {
		return StateProof{}, fmt.Errorf("couldn't prove state key %x at height %d: %w", key, v.head.height, err)
	}
	return p, nil
}

func (v *View) proveState(key []byte) (StateProof, error) {
	value, found, err := v.rows.get(key)
	if err != nil {
		return StateProof{}, err
	}
	t, err := statetree.Prove(v.rows.tree, sha256.Sum256(key))
	if err != nil {
		return StateProof{}, err
	}
	if found != t.Present || found && t.Value != sha256.Sum256(value) {
		return StateProof{}, fmt.Errorf("%w: the state tree and the row under the key differ", ErrCorrupt)
	}
	return StateProof{At: v.at(), Key: key, Value: value, Found: found, Path: t.Path}, nil
}

// ProveEvent shows that an event is in the log of the view's height.
func (v *View) ProveEvent(number uint64) (EventProof, error) {
	return v.proveEvent(number, v.at())
}

// ProveEventAt shows that an event is in the log of an earlier height, to tie it
// to a header that exists already.
func (v *View) ProveEventAt(number uint64, height int64) (EventProof, error) {
	parts, err := v.PartsAt(height)
	if err != nil {
		return EventProof{}, err
	}
	return v.proveEvent(number, At{Height: height, Parts: parts})
}

func (v *View) proveEvent(number uint64, at At) (EventProof, error) {
	hashes, err := eventtree.Inclusion(v.rows.tiles, number, at.Parts.EventCount)
	if err != nil {
		return EventProof{}, err
	}
	events, err := eventtree.Read(v.rows.events, number, 1)
	if err != nil {
		return EventProof{}, err
	}
	if len(events) == 0 {
		return EventProof{}, fmt.Errorf("couldn't prove event %d: %w: its row is missing", number, ErrCorrupt)
	}
	p := EventProof{At: at, Number: number, Event: events[0], Hashes: hashes}
	if err := p.Verify(); err != nil {
		return EventProof{}, fmt.Errorf("couldn't prove event %d at height %d: %w", number, at.Height, err)
	}
	return p, nil
}

// EventRootAt is the event root that the log had at a number of events.
func (v *View) EventRootAt(events uint64) (proof.Hash, error) {
	if events > v.head.parts.EventCount {
		return proof.Hash{}, fmt.Errorf("couldn't work out the event root at %d events: %w", events, eventtree.ErrRange)
	}
	return eventtree.RootAt(v.rows.tiles, events)
}

// ProveConsistency returns the RFC 6962 consistency proof that the log with
// newer events begins with the log with older ones.
func (v *View) ProveConsistency(older, newer uint64) ([]proof.Hash, error) {
	if newer > v.head.parts.EventCount {
		return nil, fmt.Errorf("couldn't prove the log of %d events: %w", newer, eventtree.ErrRange)
	}
	return eventtree.Consistency(v.rows.tiles, older, newer)
}

// ProveEvents returns the path that leads from n events, beginning with number
// first, to the root of the log with size events (proof.RangeRoot).
func (v *View) ProveEvents(first, n, size uint64) ([]proof.Hash, error) {
	if size > v.head.parts.EventCount {
		return nil, fmt.Errorf("couldn't prove the log of %d events: %w", size, eventtree.ErrRange)
	}
	return eventtree.Range(v.rows.tiles, first, n, size)
}

func (v *View) at() At { return At{Height: v.head.height, Parts: v.head.parts} }

// ProveState shows what the last committed height holds under a key.
func (s *Store) ProveState(key []byte) (p StateProof, err error) {
	err = s.through(func(v *View) error { p, err = v.ProveState(key); return err })
	return p, err
}

// ProveEvent shows that an event is in the log of the last committed height.
func (s *Store) ProveEvent(number uint64) (p EventProof, err error) {
	err = s.through(func(v *View) error { p, err = v.ProveEvent(number); return err })
	return p, err
}

// PartsAt is what the application hash of a height commits to, unless it was
// pruned.
func (s *Store) PartsAt(height int64) (parts proof.AppHashParts, err error) {
	err = s.through(func(v *View) error { parts, err = v.PartsAt(height); return err })
	return parts, err
}

// Proofs is several proofs of one height.
type Proofs struct {
	At
	States []StateProof
	Events []EventProof
}

// ProveAt proves several keys and events of the last committed height, and says
// which height that is.
func (s *Store) ProveAt(keys [][]byte, events []uint64) (p Proofs, err error) {
	if len(keys)+len(events) > ProofsMax {
		return Proofs{}, fmt.Errorf("couldn't prove %d keys and events at once: at most %d", len(keys)+len(events), ProofsMax)
	}
	err = s.through(func(v *View) error {
		p.At = v.at()
		for _, key := range keys {
			one, err := v.ProveState(key)
			if err != nil {
				return err
			}
			p.States = append(p.States, one)
		}
		for _, number := range events {
			one, err := v.ProveEvent(number)
			if err != nil {
				return err
			}
			p.Events = append(p.Events, one)
		}
		return nil
	})
	if err != nil {
		return Proofs{}, err
	}
	return p, nil
}

// through runs fn on a view of the last committed height.
func (s *Store) through(fn func(*View) error) error {
	v, err := s.View()
	if err != nil {
		return err
	}
	return errors.Join(fn(v), v.Close())
}
