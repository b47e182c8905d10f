package node

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pedigree/internal/engine"
	"pedigree/internal/freeport"
	"pedigree/ledger"
	"pedigree/proof"
)

// place is one member's machine.
type place struct {
	config Config
	peer   engine.Peer
	key    [32]byte
	node   *Node
}

// places makes the homes of several nodes, of which the first are validators and
// all know each other.
func places(t *testing.T, chain string, validators, others int) []*place {
	t.Helper()
	f := Founding{
		ChainID: chain, Time: time.Now().UTC().Truncate(time.Second).Add(-time.Minute), Profile: engine.LAN, Limits: ledger.DefaultParams(),
		Modules: map[string]json.RawMessage{},
	}
	list := make([]*place, validators+others)
	for i := range list {
		p := &place{}
		p.config.Home = t.TempDir()
		id, key, err := engine.InitHome(p.config.Home)
		if err != nil {
			t.Fatal(err)
		}
		p.key, p.peer = key, engine.Peer{ID: id, Addr: freeAddress(t)}
		p.config.Listen = p.peer.Addr
		p.config.Modules, p.config.Governor = []ledger.Module{noteModule()}, oneMember{}
		p.config.Timeouts = engine.Timeouts{EmptyBlock: 50 * time.Millisecond}
		if i < validators {
			f.Validators = append(f.Validators, FoundingValidator{Org: fmt.Sprintf("v%d", i), Key: proof.NewKey(key[:])})
		}
		list[i] = p
	}
	all := map[string]bool{}
	for i, p := range list {
		p.config.Founding = f
		all[p.peer.ID] = true
		p.config.Allowed = func(_ ledger.State, id string) bool { return all[id] }
		for j, other := range list {
			if j < i || i < validators && j < validators && i != j { // nobody dials those that come later
				p.config.Peers = append(p.config.Peers, other.peer)
			}
		}
	}
	t.Cleanup(func() {
		for _, p := range list {
			p.stop(t)
		}
	})
	return list
}

// safeLog is a log that a test reads.
type safeLog struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *safeLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *safeLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func freeAddress(t *testing.T) string {
	t.Helper()
	address, err := freeport.Address()
	if err != nil {
		t.Fatal(err)
	}
	return address
}

func (p *place) start(t *testing.T) *Node {
	t.Helper()
	p.node = startNode(t, p.config)
	return p.node
}

func (p *place) stop(t *testing.T) {
	t.Helper()
	if n := p.node; n != nil {
		p.node = nil
		if err := n.Stop(); err != nil {
			t.Error(err)
		}
	}
}

// write commits so many notes on a node.
func (p *place) write(t *testing.T, name string, count int) (last proof.Envelope) {
	t.Helper()
	for i := range count {
		last = noteEnvelope(t, p.node.ChainID(), fmt.Sprintf("%s %d", name, i), "text")
		commit(t, p.node, last)
	}
	return last
}

// testWait is how long a test waits for what must come; it is only reached when the
// test fails.
const testWait = 3 * time.Minute

// eventually waits for what must come; it is only long when the test fails.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(testWait); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it never came that %s", what)
		}
	}
}

// sameState waits until both nodes have a height and compares their states.
func sameState(t *testing.T, a, b *Node) {
	t.Helper()
	height := int64(max(a.Height(), b.Height()))
	defer func() {
		if t.Failed() {
			t.Logf("heights %d and %d, peers %d and %d, catching up %v and %v", a.Height(), b.Height(), len(a.engine.Peers()), len(b.engine.Peers()), a.engine.CatchingUp(), b.engine.CatchingUp())
		}
	}()
	eventually(t, "both have the height", func() bool { return int64(min(a.Height(), b.Height())) >= height })
	left, err := a.state.PartsAt(height)
	if err != nil {
		t.Fatal(err)
	}
	right, err := b.state.PartsAt(height)
	if err != nil || left != right {
		t.Fatalf("at height %d the states are %+v and %+v, %v", height, left, right, err)
	}
}
