package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"pedigree/internal/freeport"
	"pedigree/internal/store/kv"
)

// testWait is how long a test waits for what must happen; it is only reached
// when the test fails.
const testWait = 180 * time.Second

func testContext(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), testWait)
	t.Cleanup(cancel)
	return ctx
}

// site is one member's machine: a home folder and a store.
type site struct {
	home   string
	fs     vfs.FS // nil: on the disk, beside the home
	nodeID string
	key    [32]byte
	addr   string
	db     *kv.DB
	app    *counter
	node   *Node
}

func newSite(t testing.TB, fs vfs.FS) *site {
	t.Helper()
	s := &site{home: filepath.Join(t.TempDir(), "engine"), fs: fs}
	var err error
	if s.nodeID, s.key, err = InitHome(s.home); err != nil {
		t.Fatal(err)
	}
	s.addr = freeAddr(t)
	t.Cleanup(func() {
		if s.node != nil {
			if err := s.stop(); err != nil {
				t.Error(err)
			}
		}
	})
	return s
}

// freeAddr finds a free port on the loopback.
func freeAddr(t testing.TB) string {
	t.Helper()
	address, err := freeport.Address()
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// genesisFor begins a chain whose validators are the sites, with equal power.
func genesisFor(name string, p Profile, sites ...*site) Genesis {
	g := Genesis{
		ChainID:  name,
		Time:     time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		AppState: []byte("counter"),
		Params:   DefaultParams(p),
	}
	for i, s := range sites {
		g.Validators = append(g.Validators, GenesisValidator{PubKey: s.key, Power: 10, Name: fmt.Sprintf("v%d", i)})
	}
	return g
}

func (s *site) openStore() (err error) {
	if s.db != nil {
		return nil
	}
	dir := filepath.Join(s.home, "store")
	if s.fs != nil {
		dir = "store"
	}
	s.db, err = kv.Open(dir, kv.Options{FS: s.fs, MemTableBytes: 4 << 20, CacheBytes: 4 << 20})
	return err
}

// start opens the store and the application and starts the node; prepare may
// change the application and the configuration before.
func (s *site) start(ctx context.Context, c Config, prepare ...func(*site, *Config)) error {
	if err := s.openStore(); err != nil {
		return err
	}
	var err error
	if s.app, err = newCounter(s.db); err != nil {
		return errors.Join(err, s.closeStore())
	}
	c.Home, c.DB = s.home, s.db
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	for _, p := range prepare {
		p(s, &c)
	}
	if s.node, err = Start(ctx, c, s.app); err != nil {
		s.node = nil
		return errors.Join(err, s.closeStore())
	}
	return nil
}

func (s *site) closeStore() error {
	db := s.db
	s.db = nil
	return db.Close()
}

func (s *site) stop() error {
	node := s.node
	s.node = nil
	return errors.Join(node.Stop(), s.closeStore())
}

// submit submits and waits until the transaction is in a committed block.
func (s *site) submit(ctx context.Context, tx string) (int64, error) {
	sub, err := s.node.Subscribe(0)
	if err != nil {
		return 0, err
	}
	defer sub.Close()
	if err := s.node.Submit(ctx, []byte(tx)); err != nil {
		return 0, err
	}
	for {
		select {
		case b, ok := <-sub.Blocks():
			if !ok {
				return 0, fmt.Errorf("the subscription ended: %w", sub.Err())
			}
			for _, got := range b.Txs {
				if string(got) == tx {
					return b.Height, nil
				}
			}
		case <-ctx.Done():
			return 0, fmt.Errorf("%q wasn't committed: %w", tx, ctx.Err())
		}
	}
}

func (s *site) mustSubmit(t testing.TB, tx string) int64 {
	t.Helper()
	height, err := s.submit(testContext(t), tx)
	if err != nil {
		t.Fatal(err)
	}
	return height
}

// mustRunOnce checks that each transaction was executed exactly once.
func (s *site) mustRunOnce(t testing.TB, txs []string) {
	t.Helper()
	for _, tx := range txs {
		n, err := s.app.times([]byte(tx))
		if err != nil {
			t.Fatal(err)
		}
		if n != 1 {
			t.Fatalf("%q was executed %d times", tx, n)
		}
	}
}
