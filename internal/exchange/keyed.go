package exchange

import "sync"

// keyed is a set of things that only one task at a time may hold. The zero value is
// ready.
type keyed[K comparable] struct {
	mu   sync.Mutex
	held map[K]bool
}

// try takes a thing if nobody holds it.
func (k *keyed[K]) try(key K) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.held[key] {
		return false
	}
	if k.held == nil {
		k.held = map[K]bool{}
	}
	k.held[key] = true
	return true
}

func (k *keyed[K]) leave(key K) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.held, key)
}
