package node

import "sync"

// latestRowsMax is how many rows of one height are kept for CheckTx.
const latestRowsMax = 1 << 12

// latestState remembers the rows that CheckTx reads from the latest committed
// state: nearly every entry asks for the same few, its member, its quota and the
// limits. They are forgotten with the next height.
type latestState struct {
	State
	mu     sync.RWMutex
	height int64
	rows   map[string]latestRow
}

type latestRow struct {
	value []byte
	found bool
}

// Get implements ledger.Backend. A row is kept only if no block was committed
// while it was read.
func (l *latestState) Get(key []byte) ([]byte, bool, error) {
	height := l.Height()
	if r, ok := l.recall(height, key); ok {
		return r.value, r.found, nil
	}
	value, found, err := l.State.Get(key)
	if err == nil && l.Height() == height {
		l.keep(height, key, latestRow{value, found})
	}
	return value, found, err
}

func (l *latestState) recall(height int64, key []byte) (latestRow, bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.height != height {
		return latestRow{}, false
	}
	r, ok := l.rows[string(key)]
	return r, ok
}

func (l *latestState) keep(height int64, key []byte, r latestRow) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if height > l.height || l.rows == nil {
		l.height, l.rows = height, map[string]latestRow{}
	}
	if height == l.height && len(l.rows) < latestRowsMax {
		l.rows[string(key)] = r
	}
}
