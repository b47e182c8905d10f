package traceview

import "sync"

// keyedLocks are locks by number, made when somebody wants one. The zero value is
// ready.
type keyedLocks struct {
	mu   sync.Mutex
	held map[int64]*keyedLock
}

type keyedLock struct {
	sync.Mutex
	wanted int // by so many, the holder included
}

// lock waits for the lock of a number and returns what releases it.
func (k *keyedLocks) lock(id int64) (unlock func()) {
	k.mu.Lock()
	if k.held == nil {
		k.held = map[int64]*keyedLock{}
	}
	l := k.held[id]
	if l == nil {
		l = &keyedLock{}
		k.held[id] = l
	}
	l.wanted++
	k.mu.Unlock()
	l.Lock()
	return func() {
		l.Unlock()
		k.mu.Lock()
		defer k.mu.Unlock()
		if l.wanted--; l.wanted == 0 {
			delete(k.held, id)
		}
	}
}
