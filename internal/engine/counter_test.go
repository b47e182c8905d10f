package engine

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"pedigree/internal/store/kv"
)

// counter is a small application on the store. A transaction is any text; it
// counts how often each was executed, so that a doubled one would show. Its
// hash covers the number of transactions and a chain over their bytes, and so
// is a pure function of what is persisted and unchanged by an empty block.
type counter struct {
	view *kv.View

	mu        sync.Mutex
	committed counterState
	next      counterState
	txs       [][]byte
	// syncCommit makes Commit wait for the disk, which the engine doesn't need.
	syncCommit bool
	// failAt makes FinalizeBlock fail at a height, panicAt panic.
	failAt, panicAt int64
	// updates are handed to the engine at a height.
	updates map[int64][]ValidatorUpdate
	// onCommit is called when a block was committed, by the engine's goroutine.
	onCommit func(height int64)
	// retain is how many blocks Commit keeps, 0 for all.
	retain int64
	// versions are the rules' versions that begin after a height.
	versions map[int64]uint64
	// misbehaved is what the engine reported.
	misbehaved []Misbehavior
}

type counterState struct {
	height, count int64
	chain         [32]byte
}

const (
	codeRefused = 7 // CheckTx refuses "bad..."
	codeFailed  = 9 // FinalizeBlock fails "fail..."
)

func newCounter(db *kv.DB) (*counter, error) {
	c := &counter{view: db.View(kv.NodeLocal)}
	value, found, err := c.view.Get([]byte("state"))
	if err != nil || !found {
		return c, err
	}
	if len(value) != 48 {
		return nil, fmt.Errorf("the counter's state has %d bytes", len(value))
	}
	c.committed = counterState{
		height: int64(binary.BigEndian.Uint64(value)),
		count:  int64(binary.BigEndian.Uint64(value[8:])),
		chain:  [32]byte(value[16:]),
	}
	return c, nil
}

func (s counterState) hash() []byte {
	h := sha256.New()
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(s.count)))
	h.Write(s.chain[:])
	return h.Sum(nil)
}

func (c *counter) Info() (int64, []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.committed.height, c.committed.hash()
}

func (c *counter) InitChain(g Genesis) ([]byte, []ValidatorUpdate, error) {
	if string(g.AppState) != "counter" {
		return nil, nil, fmt.Errorf("unknown application state %q", g.AppState)
	}
	return counterState{}.hash(), nil, nil
}

func (c *counter) CheckTx(tx []byte, _ bool) (uint32, string) {
	if bytes.HasPrefix(tx, []byte("bad")) {
		return codeRefused, "transactions that begin with bad are refused"
	}
	return 0, ""
}

func (c *counter) FinalizeBlock(b Block) (BlockResult, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if b.Height == c.failAt {
		return BlockResult{}, errors.New("asked to fail")
	}
	if b.Height == c.panicAt {
		panic("asked to panic")
	}
	c.misbehaved = append(c.misbehaved, b.Misbehavior...)
	c.next, c.txs = c.committed, nil
	c.next.height = b.Height
	out := BlockResult{ValidatorUpdates: c.updates[b.Height], AppVersion: c.versions[b.Height]}
	for _, tx := range b.Txs {
		if strings.HasPrefix(string(tx), "fail") {
			out.Results = append(out.Results, TxResult{Code: codeFailed, Log: "asked to fail"})
			continue
		}
		c.next.count++
		c.next.chain = sha256.Sum256(append(c.next.chain[:], tx...))
		c.txs = append(c.txs, tx)
		out.Results = append(out.Results, TxResult{Data: fmt.Appendf(nil, "%d", c.next.count)})
	}
	out.AppHash = c.next.hash()
	return out, nil
}

func (c *counter) Commit() (int64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	batch := c.view.NewBatch()
	for _, tx := range c.txs {
		key := counterKey(tx)
		times, _, err := c.view.Get(key)
		if err != nil {
			return 0, err
		}
		if err := batch.Set(key, append(times, 1)); err != nil {
			return 0, err
		}
	}
	state := binary.BigEndian.AppendUint64(nil, uint64(c.next.height))
	state = binary.BigEndian.AppendUint64(state, uint64(c.next.count))
	if err := batch.Set([]byte("state"), append(state, c.next.chain[:]...)); err != nil {
		return 0, err
	}
	if err := batch.Commit(c.syncCommit); err != nil {
		return 0, err
	}
	c.committed = c.next
	if c.onCommit != nil {
		c.onCommit(c.committed.height)
	}
	if c.retain > 0 && c.committed.height > c.retain {
		return c.committed.height - c.retain + 1, nil
	}
	return 0, nil
}

func counterKey(tx []byte) []byte {
	sum := sha256.Sum256(tx)
	return append([]byte("tx/"), sum[:]...)
}

// times says how often a transaction was executed.
func (c *counter) times(tx []byte) (int, error) {
	value, _, err := c.view.Get(counterKey(tx))
	return len(value), err
}

func (c *counter) count() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.committed.count
}

// reported is the misbehaviour that blocks have proven.
func (c *counter) reported() []Misbehavior {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.misbehaved)
}
