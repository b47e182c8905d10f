package statetree

// page is a cached page: its children, and its neighbours in the order of use.
type page struct {
	at           place
	children     children
	newer, older *page
}

// cache keeps the pages used last, up to a number of them.
type cache struct {
	pages    map[place]*page
	pagesMax int
	ring     page // ring.older is the page used last, ring.newer the one used longest ago
	spare    []*page
}

func newCache(pagesMax int) *cache {
	c := &cache{pages: make(map[place]*page), pagesMax: max(pagesMax, CachePagesMin)}
	c.ring.newer, c.ring.older = &c.ring, &c.ring
	return c
}

// fresh returns a page for the caller to fill, reusing one that was dropped.
func (c *cache) fresh(at place) *page {
	if n := len(c.spare); n > 0 {
		p := c.spare[n-1]
		c.spare = c.spare[:n-1]
		*p = page{at: at}
		return p
	}
	return &page{at: at}
}

// reuse takes back a page that nobody refers to.
func (c *cache) reuse(p *page) {
	if len(c.spare) < CachePagesMin {
		c.spare = append(c.spare, p)
	}
}

// get returns the children of the page at a place, if they are kept.
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
	c.pushFirst(p)
	if len(c.pages) > c.pagesMax {
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
