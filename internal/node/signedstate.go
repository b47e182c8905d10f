package node

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"pedigree/internal/store"
	"pedigree/proof"
)

// signedWait is how long after a block a proof of the latest state waits for the
// header that signs it before the state before it, which is signed, is proven instead.
const signedWait = 2 * time.Second

// signedState is the state before the last block. The last block's header signs it;
// nothing signs the state after that block until there is another one, and when too
// few validators are left there is none.
type signedState struct {
	mu   sync.Mutex
	view *store.View // nil before the first block of this run
	from time.Time   // when that block was committed
}

// replace lets the state before go. The view is of the state that the block just
// committed was executed on.
func (s *signedState) replace(v *store.View) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.view
	s.view, s.from = v, time.Now()
	if old == nil {
		return nil
	}
	return old.Close()
}

// close lets the state go.
func (s *signedState) close() error { return s.replace(nil) }

// waitUntil is when a header that has not come is waited for no longer.
func (s *signedState) waitUntil() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.view == nil {
		return time.Now().Add(signedWait)
	}
	return s.from.Add(signedWait)
}

// prove proves keys in that state; not found says that it is not known.
func (s *signedState) prove(keys [][]byte) (p store.Proofs, found bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.view == nil {
		return p, false, nil
	}
	p.Height, p.Parts = s.view.Height(), s.view.Parts()
	for _, key := range keys {
		one, err := s.view.ProveState(key)
		if err != nil {
			return p, false, err
		}
		p.States = append(p.States, one)
	}
	return p, true, nil
}

// headerSoon waits for the header of the latest state, for a short time. Not found says that it did not come.
func (n *Node) headerSoon(ctx context.Context, at store.At) (a proof.Attestation, found bool, err error) {
	soon, cancel := context.WithDeadline(ctx, n.signed.waitUntil())
	defer cancel()
	a, err = n.headerFor(soon, at.Height, at.Parts.Hash())
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return a, false, nil
	}
	return a, err == nil, err
}

// proveSigned proves the state before the last block. In the first moments of a run
// it is not known; then the header of the latest state is waited for.
func (n *Node) proveSigned(ctx context.Context, keys [][]byte, latest store.Proofs) (store.Proofs, proof.Attestation, error) {
	p, found, err := n.signed.prove(keys)
	if err != nil {
		return p, proof.Attestation{}, fmt.Errorf("couldn't prove the state before the last block: %w", err)
	}
	if !found {
		p = latest
	}
	a, err := n.headerFor(ctx, p.Height, p.Parts.Hash())
	return p, a, err
}
