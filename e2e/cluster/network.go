//go:build linux

package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"pedigree/internal/admissiontest"
	"pedigree/internal/netns"
	"pedigree/internal/node"
	"pedigree/proof"
)

// Options say what network to found.
type Options struct {
	// Program is the built binary. Required.
	Program string
	// Lanes gives each node a network namespace of its own; ask netns.Usable first.
	Lanes bool
	// Spare is how many lanes more there are, without a member; see Network.Spare.
	Spare int
	// Age is for how long the network has been founded when it starts, for a node
	// whose clock is before the founding waits for it.
	Age time.Duration
	// Dir is where the homes are made (default: a folder of the test's).
	Dir string
	// Mail has each member take deliveries of the others' nodes.
	Mail bool
	// Settings are added to a member's configuration; Env to its environment.
	Settings func(member string) string
	Env      func(member string) []string
}

// Network is the companies and what a stranger knows of them.
type Network struct {
	testing.TB
	List    []*Member
	ChainID string
	// Admission is how entries are let onto its ledger.
	Admission admissiontest.Mode
	// Trust is the first validators from the founding file: all that a reader of
	// proofs must know.
	Trust   proof.Trust
	Program string
	// Spare are lanes that no member uses.
	Spare []*netns.Lane
	net   *netns.Net
}

// Found sets a network up as four companies would, starts it, and waits until all
// take part. It ends with the test.
func Found(t testing.TB, o Options) *Network {
	t.Helper()
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	mode, err := admissiontest.OfRun()
	if err != nil {
		t.Fatal(err)
	}
	n := &Network{TB: t, List: companies(o.Dir), Admission: mode, ChainID: "pedigree-faults", Program: o.Program}
	n.lay(o)
	founding := filepath.Join(o.Dir, "founding.json")
	var cards []string
	for _, m := range n.List {
		m.program = o.Program
		m.init(t)
		cards = append(cards, filepath.Join(m.Home, "card.json"))
	}
	Verb(t, o.Program, append([]string{"found", "--chain-id", n.ChainID, "--out", founding}, cards...)...)
	backdate(t, founding, o.Age)
	for _, m := range n.List {
		Verb(t, o.Program, append([]string{"join", founding, "--home", m.Home}, cards...)...)
	}
	for _, m := range n.List {
		m.configure(t, o)
	}
	n.Trust = n.trustOf(founding)
	t.Cleanup(n.clear)
	n.Start()
	if o.Mail {
		for _, m := range n.List {
			n.publish(m.Node)
		}
	}
	return n
}

// Visitor sets up the node of a company that is no member, as one that comes later
// would; it is the caller's to start and to end. On the loopback only.
func (n *Network) Visitor(id string) *Member {
	n.Helper()
	dir := filepath.Dir(n.List[0].Home)
	m := &Member{ID: id, Home: filepath.Join(dir, id), role: "dispenser", gln: "0860001000016", program: n.Program}
	m.init(n, "--validator=false")
	args := []string{"join", filepath.Join(dir, "founding.json"), "--home", m.Home}
	for _, other := range n.List {
		args = append(args, "--peer", other.ID+"="+other.p2p(n))
	}
	Verb(n, n.Program, args...)
	n.Cleanup(func() {
		if m.Runs() {
			_ = m.Kill()
		}
	})
	return m
}

// p2p is where the member's node takes connections, as id@host:port.
func (m *Member) p2p(t testing.TB) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(m.Home, "card.json"))
	if err != nil {
		t.Fatal(err)
	}
	var card struct {
		Node struct{ ID, Addr string }
	}
	if err := json.Unmarshal(raw, &card); err != nil {
		t.Fatal(err)
	}
	return card.Node.ID + "@" + card.Node.Addr
}

// backdate moves the time of a founding file into the past.
func backdate(t testing.TB, path string, by time.Duration) {
	t.Helper()
	f, err := node.ReadFounding(path)
	if err != nil {
		t.Fatal(err)
	}
	f.Time = f.Time.Add(-by)
	raw, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}

// lay gives each member its lane.
func (n *Network) lay(o Options) {
	n.Helper()
	if !o.Lanes {
		return
	}
	var err error
	if n.net, err = netns.New(len(n.List) + o.Spare); err != nil {
		n.Fatal(err)
	}
	n.Cleanup(func() {
		if err := n.net.Close(); err != nil {
			n.Error(err)
		}
	})
	for i, m := range n.List {
		m.Lane = n.net.Lanes[i]
	}
	n.Spare = n.net.Lanes[len(n.List):]
}

// Start starts the nodes that don't run, and waits until they take part.
func (n *Network) Start() {
	n.Helper()
	for _, m := range n.List {
		if m.Runs() {
			continue
		}
		if err := m.Start(Launch{}); err != nil {
			n.Fatal(err)
		}
	}
	for _, m := range n.List {
		if err := m.WaitReady(n.Context()); err != nil {
			n.Fatal(err)
		}
	}
}

// End stops all nodes in order.
func (n *Network) End() {
	n.Helper()
	errs := make([]error, len(n.List))
	var ended sync.WaitGroup
	for i, m := range n.List {
		ended.Go(func() { errs[i] = m.End() })
	}
	ended.Wait()
	if err := errors.Join(errs...); err != nil {
		n.Error(err)
	}
}

// trustOf reads the first validators, and notes which is whose.
func (n *Network) trustOf(founding string) proof.Trust {
	n.Helper()
	f, err := node.ReadFounding(founding)
	if err != nil {
		n.Fatal(err)
	}
	trust := proof.Trust{ChainID: f.ChainID, Height: 1}
	for _, v := range f.Validators {
		n.Of(v.Org).vote = v.Key
		trust.Validators = append(trust.Validators, proof.Validator{Key: v.Key, Power: 1})
	}
	if trust.Validators, err = proof.NewValidatorSet(trust.Validators); err != nil {
		n.Fatal(err)
	}
	return trust
}

// clear ends what still runs when a test is over, and shows the logs of a failure.
func (n *Network) clear() {
	for _, m := range n.List {
		if m.Runs() {
			_ = m.Kill()
		}
		if log := m.Log(); n.Failed() {
			n.Logf("end of the log of %s:\n%s", m.ID, log[max(0, len(log)-logShown):])
		}
	}
}

// Of returns the member with an id.
func (n *Network) Of(id string) *Member {
	for _, m := range n.List {
		if m.ID == id {
			return m
		}
	}
	n.Fatalf("there is no company %s", id)
	return nil
}

// Settle waits until all nodes are at one height and stay there.
func (n *Network) Settle(ctx context.Context) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, settleWait)
	defer cancel()
	var last []uint64
	for same := 0; same < 10; {
		heights := make([]uint64, len(n.List))
		equal := true
		for i, m := range n.List {
			s, err := m.Node.Status(ctx)
			if err != nil && ctx.Err() != nil {
				return 0, fmt.Errorf("couldn't ask %s for its height, after heights %v: %w", m.ID, last, err)
			}
			heights[i] = s.Height
			equal = equal && err == nil && s.Height == heights[0] && (last == nil || last[i] == s.Height)
		}
		if last = heights; equal {
			same++
		} else {
			same = 0
		}
		time.Sleep(50 * time.Millisecond)
	}
	return last[0], nil
}
