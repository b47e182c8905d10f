package auth

import (
	"sync"
	"time"
)

// ceremonies are the sign-ins under way: what the first step left for the last. They
// are in memory only, so that a restart ends them, and each can be finished once.
type ceremonies[T any] struct {
	now func() time.Time

	mu   sync.Mutex
	list map[string]ceremony[T]
}

type ceremony[T any] struct {
	value T
	until time.Time
}

func newCeremonies[T any](now func() time.Time) *ceremonies[T] {
	return &ceremonies[T]{now: now, list: map[string]ceremony[T]{}}
}

// begin keeps a value under a new secret id.
func (c *ceremonies[T]) begin(value T) (id string, err error) {
	id, _ = newSecret()
	return id, c.keep(id, value)
}

// keep keeps a value under an id that nobody can guess.
func (c *ceremonies[T]) keep(id string, value T) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.list) >= ceremoniesMax {
		for id, old := range c.list {
			if !c.now().Before(old.until) {
				delete(c.list, id)
			}
		}
	}
	if len(c.list) >= ceremoniesMax {
		return limited("too many people are signing in at this moment; try again in a few minutes")
	}
	c.list[id] = ceremony[T]{value, c.now().Add(ceremonyAge)}
	return nil
}

// finish hands the value out, once and in time.
func (c *ceremonies[T]) finish(id string) (value T, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok := c.list[id]
	delete(c.list, id)
	if !ok || !c.now().Before(found.until) {
		return value, ErrUnknown
	}
	return found.value, nil
}
