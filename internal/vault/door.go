package vault

import (
	"fmt"
	"sync"
	"time"
)

// door counts those at work, so that Close can wait for them.
type door struct {
	mu     sync.Mutex
	inside int
	closed bool
	empty  chan struct{} // closed by the last to leave; made by shut
}

// enter lets one in, or says that the vault is closed.
func (d *door) enter() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return ErrClosed
	}
	d.inside++
	return nil
}

func (d *door) leave() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.inside--
	if d.closed && d.inside == 0 {
		close(d.empty)
	}
}

// shut lets nobody else in and waits for those inside. It tells whether it was
// the first to do so.
func (d *door) shut(wait time.Duration) (first bool, err error) {
	d.mu.Lock()
	if d.closed {
		d.mu.Unlock()
		return false, nil
	}
	d.closed, d.empty = true, make(chan struct{})
	if d.inside == 0 {
		close(d.empty)
	}
	d.mu.Unlock()

	patience := time.NewTimer(wait)
	defer patience.Stop()
	select {
	case <-d.empty:
		return true, nil
	case <-patience.C:
		return true, fmt.Errorf("some reads or writes are still at work after %v", wait)
	}
}
