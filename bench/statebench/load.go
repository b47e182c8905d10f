package statebench

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"pedigree/internal/store"
	"pedigree/internal/store/kv"
	"pedigree/ledger"
)

// Load is a store that grows by made-up keys.
type Load struct {
	Store   *store.Store
	db      *kv.DB
	keys    int // inserted so far
	version int // of the values, so that a change is one
	choose  *rand.Rand
}

// OpenLoad makes an empty store in dir, with the memory limits of a node.
func OpenLoad(dir string) (*Load, error) {
	db, err := kv.Open(dir, kv.Options{})
	if err != nil {
		return nil, err
	}
	s, err := store.Open(db, store.Options{})
	if err != nil {
		return nil, err
	}
	return &Load{Store: s, db: db, choose: rand.New(rand.NewPCG(1, 2))}, nil
}

// Close closes the store.
func (l *Load) Close() error { return l.db.Close() }

// Key is the n-th key.
func Key(n int) []byte { return made("key", n, 0) }

func made(what string, n, version int) []byte {
	b := binary.BigEndian.AppendUint64([]byte(what), uint64(n))
	h := sha256.Sum256(binary.BigEndian.AppendUint64(b, uint64(version)))
	return h[:]
}

// Cost is what some blocks took.
type Cost struct {
	Wall []time.Duration // of each block
	CPU  time.Duration   // of the process, work in the background included
}

// Insert adds n keys in blocks of BlockKeys.
func (l *Load) Insert(n int) (Cost, error) {
	var c Cost
	for n > 0 {
		size := min(n, BlockKeys)
		l.version++
		writes := make([]ledger.Write, size)
		for i := range writes {
			writes[i] = l.write(l.keys + i)
		}
		l.keys += size
		n -= size
		if err := l.block(writes, &c); err != nil {
			return c, err
		}
	}
	return c, nil
}

// Mix changes BlockKeys keys in each block, every second one new.
func (l *Load) Mix(blocks int) (Cost, error) {
	var c Cost
	if l.keys < BlockKeys {
		return c, fmt.Errorf("couldn't mix blocks over %d keys: insert at least %d first", l.keys, BlockKeys)
	}
	for range blocks {
		l.version++
		writes := make([]ledger.Write, 0, BlockKeys)
		chosen := make(map[int]bool, BlockKeys)
		before := l.keys
		for len(writes) < BlockKeys {
			if len(writes)%2 == 0 {
				writes = append(writes, l.write(l.keys))
				l.keys++
				continue
			}
			n := l.choose.IntN(before)
			for chosen[n] {
				n = l.choose.IntN(before)
			}
			chosen[n] = true
			writes = append(writes, l.write(n))
		}
		if err := l.block(writes, &c); err != nil {
			return c, err
		}
	}
	return c, nil
}

func (l *Load) write(n int) ledger.Write {
	return ledger.Write{Key: Key(n), Value: made("value", n, l.version)}
}

// block stages and commits writes, and adds to the cost. The runtime hands keys
// over in order, so sorting isn't timed.
func (l *Load) block(writes []ledger.Write, c *Cost) error {
	slices.SortFunc(writes, func(a, b ledger.Write) int { return bytes.Compare(a.Key, b.Key) })
	height := l.Store.Height() + 1
	cpu, start := processCPU(), time.Now()
	if _, err := l.Store.Stage(height, ledger.Changes{Writes: writes}); err != nil {
		return err
	}
	if err := l.Store.Commit(false); err != nil {
		return err
	}
	c.Wall = append(c.Wall, time.Since(start))
	c.CPU += processCPU() - cpu
	return nil
}

// Prove makes and checks n proofs, half of them of keys that aren't there, and
// returns the mean size and the mean times.
func (l *Load) Prove(n int) (bytesMean int, prove, verify time.Duration, err error) {
	total := 0
	for i := range n {
		key := Key(l.choose.IntN(l.keys))
		if i%2 == 1 {
			key = Key(l.keys + i)
		}
		start := time.Now()
		p, err := l.Store.ProveState(key)
		if err != nil {
			return 0, 0, 0, err
		}
		prove += time.Since(start)
		start = time.Now()
		if err := p.Verify(); err != nil {
			return 0, 0, 0, fmt.Errorf("key %x: %w", key, err)
		}
		verify += time.Since(start)
		total += len(p.Path.Append(nil))
	}
	return total / n, prove / time.Duration(n), verify / time.Duration(n), nil
}
