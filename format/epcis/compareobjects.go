package epcis

import "hash/maphash"

// ObjectCount counts the distinct objects of the events it is given, whatever
// form their identifiers are written in. It keeps a keyed 64-bit hash of each; the
// zero value is ready for use.
type ObjectCount struct {
	seed      maphash.Seed
	seen      map[uint64]struct{}
	canonical []byte
}

// Add counts the objects of an event (see Event.Objects).
func (c *ObjectCount) Add(e *Event) {
	if c.seen == nil {
		c.seed, c.seen = maphash.MakeSeed(), map[uint64]struct{}{}
	}
	for id := range e.Objects() {
		if c.canonical = appendField(c.canonical[:0], "", id); len(c.canonical) > 0 {
			c.seen[maphash.Bytes(c.seed, c.canonical)] = struct{}{}
		}
	}
}

// Objects returns how many different objects there were.
func (c *ObjectCount) Objects() int { return len(c.seen) }
