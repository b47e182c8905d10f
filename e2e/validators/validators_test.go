//go:build linux

package validators

import (
	"context"
	"crypto/ed25519"
	"errors"
	"flag"
	"math/rand/v2"
	"testing"
	"time"

	"pedigree/client"
	"pedigree/domain/org"
	"pedigree/e2e/cluster"
	"pedigree/internal/netns"
	"pedigree/proof"
)

var seed = flag.Uint64("seed", uint64(time.Now().UnixNano()), "of the random choices")

var program string

// What is waited for.
const (
	progress     = 10
	progressWait = 180 * time.Second
	cutLasts     = 3 * time.Second
)

func TestMain(m *testing.M) {
	cluster.Main(m, func(dir string) (err error) {
		program, err = cluster.Build(dir, "pedigree")
		return err
	})
}

// scene is the network under load. The members' order is random.
type scene struct {
	*testing.T
	*cluster.Load
	of    []*cluster.Member
	lanes bool
}

func (s *scene) Fatal(args ...any) { s.T.Helper(); s.T.Fatal(args...) }

func (s *scene) Context() context.Context { return s.T.Context() }

var rows = []struct {
	name string
	run  func(*scene)
}{
	{"half of the power leaves in one block and comes back in one", halfRow},
	{"a member takes itself out and comes back with the same key", selfRow},
	{"a key that is in use is refused", reuseRow},
	{"a key that was taken out serves another member", otherRow},
	{"a key that is not there can't be taken out", unknownRow},
	{"a power beyond the limit is refused", powerRow},
	{"a validator set in this block can't be taken out in it", busyRow},
	{"a killed node is taken out and comes back", killedRow},
	{"the network waits for a killed node with more than a third of the power", heavyRow},
	{"powers change while a node is cut off", cutRow},
}

func TestTheNetworkGoesOnThroughChangesOfValidators(t *testing.T) {
	t.Logf("seed %d: go test ./e2e/validators -seed %d", *seed, *seed)
	lanes := netns.Usable() == nil
	load := cluster.Found(t, cluster.Options{Program: program, Lanes: lanes}).Load(*seed)
	r := rand.New(rand.NewPCG(*seed, 0))
	for range rounds {
		for _, row := range rows {
			t.Run(row.name, func(t *testing.T) {
				s := &scene{T: t, Load: load, lanes: lanes}
				for _, i := range r.Perm(len(load.List)) {
					s.of = append(s.of, load.List[i])
				}
				row.run(s)
				for _, m := range s.List {
					s.must(m.WaitReady(t.Context()))
				}
				s.goesOn()
			})
			if t.Failed() {
				return
			}
		}
	}
	load.Verify()
}

func (s *scene) must(errs ...error) {
	s.T.Helper()
	if err := errors.Join(errs...); err != nil {
		s.Fatal(err)
	}
}

func (s *scene) goesOn() {
	s.T.Helper()
	if !s.Progress(progress, progressWait) {
		s.Fatal("no entries are answered")
	}
}

// set is the act that gives a member's own key a power.
func set(m *cluster.Member, power uint64) cluster.Act { return setKey(m, m.Consensus(), power) }

func setKey(m *cluster.Member, key proof.Key, power uint64) cluster.Act {
	return cluster.Act{Module: "org", Kind: "set-validator", Message: &org.SetValidator{Member: m.ID, Key: key, Power: power}}
}

// do has all members carry acts out in one block.
func (s *scene) do(acts ...cluster.Act) {
	s.T.Helper()
	s.must(s.Together(s.T.Context(), acts...))
}

// refuses fails unless the acts are refused for a reason.
func (s *scene) refuses(code string, acts ...cluster.Act) {
	s.T.Helper()
	err := s.Together(s.T.Context(), acts...)
	var p *client.Problem
	if !errors.As(err, &p) || p.Code != code {
		s.Fatal("it ended with", err, "and not with", code)
	}
	s.goesOn()
}

func halfRow(s *scene) {
	a, b := s.of[0], s.of[1]
	s.do(set(a, 0), set(b, 0))
	s.goesOn()
	s.must(a.Kill(), b.Kill())
	s.goesOn() // two that don't vote are not missed
	s.must(a.Restart(s.T.Context(), 0), b.Restart(s.T.Context(), 0))
	s.do(set(a, 1), set(b, 1))
}

func selfRow(s *scene) {
	m := s.of[0]
	s.must(s.Decide(s.T.Context(), "org", "set-validator", map[string]any{"member": m.ID, "key": m.Consensus(), "power": 0}))
	s.goesOn()
	s.must(m.Kill(), m.Restart(s.T.Context(), 0))
	s.must(s.Decide(s.T.Context(), "org", "set-validator", map[string]any{"member": m.ID, "key": m.Consensus(), "power": 1}))
}

func reuseRow(s *scene) {
	a, b := s.of[0], s.of[1]
	s.refuses(org.CodeKeyTaken.Name, setKey(a, b.Consensus(), 1))
	signing := proof.NewKey(b.Key.Public().(ed25519.PublicKey))
	s.refuses(org.CodeKeyTaken.Name, setKey(a, signing, 1))
}

// otherRow lets a voting key change hands: the node that has it votes for another member.
func otherRow(s *scene) {
	a, b := s.of[0], s.of[1]
	s.do(set(a, 0))
	s.goesOn()
	s.do(set(b, 0))
	s.goesOn()
	s.do(setKey(b, a.Consensus(), 1))
	s.goesOn()
	s.do(setKey(b, a.Consensus(), 0))
	s.goesOn()
	s.do(set(a, 1), set(b, 1))
}

func unknownRow(s *scene) {
	s.refuses(org.CodeUnknownValidator.Name, setKey(s.of[0], s.of[1].Consensus(), 0))
}

func powerRow(s *scene) {
	s.refuses(org.CodeBadField.Name, set(s.of[0], org.ValidatorPowerMax+1))
}

func busyRow(s *scene) {
	s.refuses(org.CodeValidatorBusy.Name, set(s.of[0], 2), set(s.of[0], 0))
}

func killedRow(s *scene) {
	m := s.of[0]
	s.must(m.Kill())
	s.do(set(m, 0))
	s.goesOn()
	s.must(m.Restart(s.T.Context(), 0))
	s.do(set(m, 1))
}

func heavyRow(s *scene) {
	m := s.of[0]
	s.do(set(m, 3)) // of 6
	s.goesOn()
	s.must(m.Kill())
	decided := s.newest() + 1 // the votes for one block may have been under way, and be read late
	time.Sleep(cutLasts)
	if now := s.newest(); now > decided {
		s.Fatal("half of the power came to height", now, "from", decided)
	}
	s.must(m.Restart(s.T.Context(), 0))
	s.goesOn()
	s.do(set(m, 1))
}

// newest is the greatest height of a node that answers.
func (s *scene) newest() (height uint64) {
	for _, m := range s.List {
		if got, err := m.Node.Status(s.T.Context()); err == nil {
			height = max(height, got.Height)
		}
	}
	return height
}

func cutRow(s *scene) {
	if !s.lanes {
		s.T.Skip("needs root: network namespaces")
	}
	alone := s.of[0]
	for _, m := range s.of[1:] {
		s.must(alone.Lane.Drop(m.Lane), m.Lane.Drop(alone.Lane))
	}
	alone.SetAside(true)
	s.do(set(s.of[1], 2), set(s.of[2], 2))
	s.goesOn()
	s.do(set(alone, 0))
	time.Sleep(cutLasts)
	for _, m := range s.List {
		s.must(m.Lane.Heal())
	}
	alone.SetAside(false)
	s.do(set(s.of[1], 1), set(s.of[2], 1), set(alone, 1))
}
