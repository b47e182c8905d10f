package node

import (
	"maps"
	"sync"

	"pedigree/ledger"
)

// accepted is the name under which what a rule refused nothing of is counted.
const accepted = "accepted"

// counts are how many times things ended with which code.
type counts struct {
	mu   sync.Mutex
	by   map[string]uint64
	code map[uint32]ledger.Code
}

// add counts one end. The codes are those of the rules, so there are few.
func (c *counts) add(number uint32) {
	name := accepted
	if number != 0 {
		name = ledger.CodeInternal.Name
		if code, ok := c.code[number]; ok {
			name = code.Name
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.by == nil {
		c.by = map[string]uint64{}
	}
	c.by[name]++
}

func (c *counts) all() map[string]uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.by)
}

// Submits is how many envelopes were handed to Submit here, by the name of the code
// with which they were refused, or "accepted", since the start.
func (n *Node) Submits() map[string]uint64 { return n.submits.all() }

// Committed is how many entries ended in blocks with which code, since the start.
func (n *Node) Committed() map[string]uint64 { return n.committed.all() }
