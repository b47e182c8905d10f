package statetree

import "fmt"

// slots are the nodes right below a page, which is the four levels under a
// place. Going down from the top, the first subtrees that are buckets, and the
// ones that stand four levels down, have a node; it stands in the first of the
// slots that its subtree spans, and the others are empty. So the counts alone
// say which subtree a slot's node is of.
type slots [fanout]node

// span is some neighbouring slots of a page: a subtree in it, and its place.
type span struct {
	at        place
	low, high int
}

// wholePage is the span of all slots of the page at a place.
func wholePage(at place) span { return span{at: at, high: fanout} }

func (s span) halves() (left, right span) {
	middle := (s.low + s.high) / 2
	l, r := s.at.halves()
	return span{l, s.low, middle}, span{r, middle, s.high}
}

// count is the number of leaves below a span.
func (c *slots) count(s span) (total uint64) {
	for i := s.low; i < s.high; i++ {
		total += c[i].count
	}
	return total
}

// isNode reports that a span has a node: it's a bucket, or one slot.
func (c *slots) isNode(s span) bool {
	return s.high-s.low == 1 || c.count(s) <= bucketLeavesMax
}

// over gives the node over a span.
func (c *slots) over(s span) node {
	if c.isNode(s) {
		return c[s.low]
	}
	left, right := s.halves()
	return join(c.over(left), c.over(right))
}

// settle brings a span into its form after its halves have changed: when both
// together are a bucket, they become one node.
func (c *slots) settle(s span) {
	left, right := s.halves()
	if c.isNode(s) {
		c[left.low], c[right.low] = join(c[left.low], c[right.low]), node{}
	}
}

// check reports slots that can't be: more than one node in a bucket's span.
func (c *slots) check(s span) error {
	if !c.isNode(s) {
		left, right := s.halves()
		if err := c.check(left); err != nil {
			return err
		}
		return c.check(right)
	}
	if c.count(s) != c[s.low].count {
		return fmt.Errorf("%w: the bucket at %q has more than one node row", ErrCorrupt, s.at)
	}
	return nil
}
