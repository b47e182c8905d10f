package engine

import (
	"context"
	"sync"
)

// feed remembers the latest committed blocks and wakes those who wait for one.
type feed struct {
	mu     sync.Mutex
	tip    int64
	recent []CommittedBlock // ascending heights, the last one is the tip
	bytes  int
	// moved is closed, and replaced, when the tip moves.
	moved chan struct{}
	// ended is closed when no block will follow.
	ended chan struct{}
}

func newFeed() *feed {
	return &feed{moved: make(chan struct{}), ended: make(chan struct{})}
}

// publish adds a block and lets go of the oldest beyond the limits.
func (f *feed) publish(b CommittedBlock) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.recent) > 0 && b.Height != f.tip+1 {
		f.recent, f.bytes = nil, 0
	}
	f.recent = append(f.recent, b)
	f.bytes += sizeOf(b)
	for len(f.recent) > 1 && (len(f.recent) > recentBlocks || f.bytes > recentBytes) {
		f.bytes -= sizeOf(f.recent[0])
		f.recent[0] = CommittedBlock{}
		f.recent = f.recent[1:]
	}
	f.setTip(b.Height)
}

// startAt sets the tip before the first block of this run.
func (f *feed) startAt(height int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if height > f.tip {
		f.setTip(height)
	}
}

func (f *feed) setTip(height int64) {
	f.tip = height
	close(f.moved)
	f.moved = make(chan struct{})
}

func (f *feed) height() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.tip
}

// at returns a recent block.
func (f *feed) at(height int64) (CommittedBlock, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.recent) == 0 {
		return CommittedBlock{}, false
	}
	i := height - f.recent[0].Height
	if i < 0 || i >= int64(len(f.recent)) {
		return CommittedBlock{}, false
	}
	return f.recent[i], true
}

// wait returns once the block at height is committed.
func (f *feed) wait(ctx context.Context, height int64) error {
	for {
		f.mu.Lock()
		tip, moved := f.tip, f.moved
		f.mu.Unlock()
		if tip >= height {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		case <-f.ended:
			return ErrStopped
		}
	}
}

// end lets everyone who waits go.
func (f *feed) end() {
	f.mu.Lock()
	defer f.mu.Unlock()
	select {
	case <-f.ended:
	default:
		close(f.ended)
	}
}

func sizeOf(b CommittedBlock) int {
	n := 0
	for _, tx := range b.Txs {
		n += len(tx)
	}
	for _, r := range b.Results {
		n += len(r.Data) + len(r.Log)
	}
	return n
}
