package fleet

import (
	"pedigree/internal/store"
	"pedigree/internal/store/kv"
)

// Sizes is the memory of a validator's parts, in bytes; 0 is the default of each
// part.
type Sizes struct {
	Heap     int64  // what the Go runtime tries to keep its heap below; 0: no limit
	Cache    int64  // of the database's blocks
	MemTable uint64 // of one write buffer
	Tree     int    // of the state tree's pages
}

// DefaultSizes are those that the program's configuration has by default,
// SmallSizes those for a machine that has little to spare.
var (
	DefaultSizes = Sizes{Cache: 256 << 20, MemTable: 64 << 20, Tree: 128 << 20}
	SmallSizes   = Sizes{Cache: 32 << 20, MemTable: 16 << 20, Tree: 16 << 20}
)

func (s Sizes) kv() kv.Options { return kv.Options{CacheBytes: s.Cache, MemTableBytes: s.MemTable} }

func (s Sizes) store() store.Options { return store.Options{TreeCacheBytes: s.Tree} }
