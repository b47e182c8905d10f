package kv

import (
	dbm "github.com/cometbft/cometbft-db"
)

func (c *cometDB) Iterator(start, end []byte) (dbm.Iterator, error) {
	return c.iterator(start, end, false)
}

func (c *cometDB) ReverseIterator(start, end []byte) (dbm.Iterator, error) {
	return c.iterator(start, end, true)
}

// iterator refuses empty bounds, which are not the same as nil ones.
func (c *cometDB) iterator(start, end []byte, reverse bool) (dbm.Iterator, error) {
	if (start != nil && len(start) == 0) || (end != nil && len(end) == 0) {
		return nil, errKeyEmpty
	}
	out := &cometIter{start: start, end: end, reverse: reverse}
	if c.closed.Load() {
		return out, nil
	}
	it, err := newIter(c.db, c.db.pebble, c.prefix, start, end)
	if err != nil {
		return nil, err
	}
	out.iter = it
	if reverse {
		out.valid = it.Last()
	} else {
		out.valid = it.First()
	}
	return out, nil
}

// cometIter walks one view in the engine's manner: it stands on the first key
// at once, and once invalid it stays so.
type cometIter struct {
	iter       *Iter // nil after Close, or when the adapter was closed before
	start, end []byte
	reverse    bool
	valid      bool
}

func (i *cometIter) Domain() (start, end []byte) { return i.start, i.end }

func (i *cometIter) Valid() bool { return i.valid }

func (i *cometIter) Next() {
	i.mustBeValid()
	if i.reverse {
		i.valid = i.iter.Prev()
	} else {
		i.valid = i.iter.Next()
	}
}

func (i *cometIter) Key() []byte {
	i.mustBeValid()
	return i.iter.Key()
}

func (i *cometIter) Value() []byte {
	i.mustBeValid()
	return i.iter.Value()
}

func (i *cometIter) Error() error {
	if i.iter == nil {
		return nil
	}
	return i.iter.Error()
}

func (i *cometIter) Close() error {
	i.valid = false
	if i.iter == nil {
		return nil
	}
	it := i.iter
	i.iter = nil
	return it.Close()
}

// mustBeValid panics, as the interface demands of every back end.
func (i *cometIter) mustBeValid() {
	if !i.valid {
		panic("iterator is invalid")
	}
}
