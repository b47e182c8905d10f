package engine

import (
	"context"
	"fmt"
	"sync"
)

// Subscription delivers every committed block from a height on, in order and
// without gaps. A reader may be slow: it is then served from the block store,
// and neither consensus nor other readers wait for it.
type Subscription struct {
	blocks chan CommittedBlock
	cancel context.CancelFunc

	mu  sync.Mutex
	err error
}

// Blocks delivers the blocks. It is closed after Close, after the node stopped,
// and on an error, which Err then returns.
func (s *Subscription) Blocks() <-chan CommittedBlock { return s.blocks }

// Err says why Blocks was closed: nil after Close, ErrStopped after the node
// stopped, ErrNotFound if the next block was pruned before it was read.
func (s *Subscription) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Close ends the subscription. It may be called more than once.
func (s *Subscription) Close() { s.cancel() }

// Subscribe delivers the blocks from height from on, or from the next one
// committed if from is 0. After a crash the engine may execute a block again
// that was delivered before it, so a reader that keeps its own results must
// treat a height it already has as done. Close the subscription.
func (n *Node) Subscribe(from int64) (*Subscription, error) {
	if from < 0 {
		return nil, fmt.Errorf("couldn't subscribe from height %d: heights begin at 1", from)
	}
	if n.subscribers.Add(1) > subscribersMax {
		n.subscribers.Add(-1)
		return nil, fmt.Errorf("couldn't subscribe: %d subscriptions exist already; close some", subscribersMax)
	}
	if from == 0 {
		from = n.feed.height() + 1
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Subscription{blocks: make(chan CommittedBlock, subscriptionBuffer), cancel: cancel}
	n.readers.Add(1)
	go func() {
		defer n.readers.Done()
		defer n.subscribers.Add(-1)
		err := n.deliver(ctx, s, from)
		if ctx.Err() != nil {
			err = nil
		}
		s.mu.Lock()
		s.err = err
		s.mu.Unlock()
		cancel()
		close(s.blocks)
	}()
	return s, nil
}

// deliver sends one block after the other until it is told to stop.
func (n *Node) deliver(ctx context.Context, s *Subscription, next int64) error {
	for ; ; next++ {
		if err := n.feed.wait(ctx, next); err != nil {
			return err
		}
		b, err := n.Block(next)
		if err != nil {
			return err
		}
		select {
		case s.blocks <- b:
		case <-ctx.Done():
			return ctx.Err()
		case <-n.feed.ended:
			return ErrStopped
		}
	}
}

// WaitHeight returns once the block at height is committed on this node.
func (n *Node) WaitHeight(ctx context.Context, height int64) error {
	if err := n.feed.wait(ctx, height); err != nil {
		return fmt.Errorf("couldn't wait for height %d: %w", height, err)
	}
	return nil
}
