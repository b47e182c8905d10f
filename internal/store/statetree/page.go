package statetree

import (
	"fmt"

	"pedigree/internal/store/kv"
)

// pageReader reads pages from the node rows of their slots.
type pageReader struct {
	rows Rows
	iter *kv.Iter // opened at the first read
	key  [nodeKeySizeMax]byte
}

func (r *pageReader) close() error {
	if r.iter == nil {
		return nil
	}
	return r.iter.Close()
}

// read fills into with the slots of the page at a place, which together must
// have the leaves that the page's own node counts.
func (r *pageReader) read(at place, want uint64, into *slots) error {
	if at.bits >= bitsMax {
		return fmt.Errorf("%w: %d leaves are counted under the one path %s", ErrCorrupt, want, at.path)
	}
	if r.iter == nil {
		it, err := r.rows.NewIter([]byte{rowNode}, []byte{rowNode + 1})
		if err != nil {
			return fmt.Errorf("couldn't read the state tree's pages: %w", err)
		}
		r.iter = it
	}
	*into = slots{}
	for more := r.iter.SeekGE(appendNodeKey(r.key[:0], at.child(0))); more; more = r.iter.Next() {
		p, err := decodeNodeKey(r.iter.Key())
		if err != nil {
			return err
		}
		if p.bits != at.bits+pageBits || !at.holds(&p.path) {
			break
		}
		n, err := decodeNode(r.iter.Value())
		if err != nil {
			return fmt.Errorf("node row %q: %w", p, err)
		}
		into[slot(&p.path, at)] = n
	}
	if err := r.iter.Error(); err != nil {
		return fmt.Errorf("couldn't read page %q of the state tree: %w", at, err)
	}
	if total := into.count(wholePage(at)); total != want {
		return fmt.Errorf("%w: the node rows below page %q count %d leaves where its own counts %d", ErrCorrupt, at, total, want)
	}
	return into.check(wholePage(at))
}
