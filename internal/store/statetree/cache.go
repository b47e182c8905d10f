package statetree

import (
	"math/bits"
	"slices"
)

// page is a cached page: the nodes of its slots that have one, and its
// neighbours in the order of use.
type page struct {
	at           place
	used         uint16 // bit i: slot i has a node
	nodes        []node // of the used slots, in order
	newer, older *page
}

func (p *page) unpack(into *slots) {
	*into = slots{}
	next := 0
	for i := range into {
		if p.used>>i&1 == 1 {
			into[i] = p.nodes[next]
			next++
		}
	}
}

func (p *page) pack(from *slots) {
	p.used = 0
	for i, n := range from {
		if n.count > 0 {
			p.used |= 1 << i
		}
	}
	p.nodes = slices.Grow(p.nodes[:0], bits.OnesCount16(p.used))
	for _, n := range from {
		if n.count > 0 {
			p.nodes = append(p.nodes, n)
		}
	}
}

// bytes is about what the page costs in memory.
func (p *page) bytes() int { return pageBytes + cap(p.nodes)*nodeBytes }

// cache keeps the pages used last, up to a number of bytes. A page that became a
// bucket stays until it is the oldest: nobody asks for it, and when the bucket
// grows into a page again that one takes its place.
type cache struct {
	pages    map[place]*page
	bytes    int
	bytesMax int
	ring     page // ring.older is the page used last, ring.newer the one used longest ago
	spare    []*page
}

func newCache(bytesMax int) *cache {
	c := &cache{pages: make(map[place]*page), bytesMax: max(bytesMax, CacheBytesMin)}
	c.ring.newer, c.ring.older = &c.ring, &c.ring
	return c
}

// fresh returns a page that holds some slots, in the memory of a dropped one.
func (c *cache) fresh(at place, from *slots) *page {
	p := new(page)
	if n := len(c.spare); n > 0 {
		p, c.spare = c.spare[n-1], c.spare[:n-1]
	}
	p.at = at
	p.pack(from)
	return p
}

// reuse takes back a page that nobody refers to.
func (c *cache) reuse(p *page) {
	if len(c.spare) < sparePagesMax {
		c.spare = append(c.spare, p)
	}
}

// get returns the page at a place, if it is kept.
func (c *cache) get(at place) (*page, bool) {
	p, ok := c.pages[at]
	if ok {
		p.unlink()
		c.pushFirst(p)
	}
	return p, ok
}

// put keeps p in place of any page at the same place.
func (c *cache) put(p *page) {
	c.drop(p.at)
	c.pages[p.at] = p
	c.bytes += p.bytes()
	c.pushFirst(p)
	for c.bytes > c.bytesMax {
		c.drop(c.ring.newer.at)
	}
}

// drop forgets the page at a place.
func (c *cache) drop(at place) {
	p, ok := c.pages[at]
	if !ok {
		return
	}
	p.unlink()
	delete(c.pages, at)
	c.bytes -= p.bytes()
	c.reuse(p)
}

func (c *cache) pushFirst(p *page) {
	p.newer, p.older = &c.ring, c.ring.older
	p.older.newer = p
	c.ring.older = p
}

func (p *page) unlink() {
	p.newer.older, p.older.newer = p.older, p.newer
	p.newer, p.older = nil, nil
}
