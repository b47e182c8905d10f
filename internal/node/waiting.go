package node

import (
	"context"
	"fmt"
	"sync"

	"pedigree/proof"
)

// Outcome says how an entry ended.
type Outcome struct {
	ID     proof.Hash
	Height uint64
	Index  int
	Code   uint32 // 0 when accepted
	Text   string // of the refusal
}

// waiting wakes those who wait for entries when their block is committed.
type waiting struct {
	mu   sync.Mutex
	byID map[proof.Hash][]chan Outcome
}

// join returns a channel that gets the entry's outcome once.
func (w *waiting) join(id proof.Hash) chan Outcome {
	ch := make(chan Outcome, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.byID == nil {
		w.byID = map[proof.Hash][]chan Outcome{}
	}
	w.byID[id] = append(w.byID[id], ch)
	return ch
}

func (w *waiting) leave(id proof.Hash, ch chan Outcome) {
	w.mu.Lock()
	defer w.mu.Unlock()
	rest := w.byID[id]
	for i, c := range rest {
		if c == ch {
			rest = append(rest[:i:i], rest[i+1:]...)
			break
		}
	}
	if len(rest) == 0 {
		delete(w.byID, id)
	} else {
		w.byID[id] = rest
	}
}

func (w *waiting) tell(o Outcome) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, ch := range w.byID[o.ID] {
		ch <- o
	}
	delete(w.byID, o.ID)
}

// wait joins first and looks second, so that no commit falls between the two.
// It ends with the node: an entry that was taken by others is told by them.
func (w *waiting) wait(ctx context.Context, id proof.Hash, failed <-chan struct{}, lookup func() (Outcome, bool, error)) (Outcome, error) {
	ch := w.join(id)
	defer w.leave(id, ch)
	if o, ok, err := lookup(); ok || err != nil {
		return o, err
	}
	select {
	case o := <-ch:
		return o, nil
	case <-ctx.Done():
		return Outcome{}, ctx.Err()
	case <-failed:
		return Outcome{}, fmt.Errorf("this node ends before entry %s does: %w", id, context.Canceled)
	}
}
