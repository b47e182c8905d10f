//go:build linux

package points

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pedigree/e2e/cluster"
	"pedigree/internal/crash"
	"pedigree/internal/vault/pgtest"
)

var (
	seed = flag.Uint64("seed", uint64(time.Now().UnixNano()), "of the random choices")
	only = flag.String("only", "", "beginning of the names of the points that are visited")
)

// program is the built binary, with crash points.
var program string

func TestMain(m *testing.M) {
	cluster.Main(m, func(dir string) (err error) {
		program, err = cluster.Build(dir, "pedigree-crashpoints", "-tags", "crashpoints")
		return err
	})
}

// scene is the network under load.
type scene struct {
	*testing.T
	*cluster.Load
	dir     string
	rand    *rand.Rand
	traders []*trader
	trading sync.WaitGroup
}

// Fatal and the like are the row's, not the network's.
func (s *scene) Fatal(args ...any) { s.T.Helper(); s.T.Fatal(args...) }

func (s *scene) Logf(format string, args ...any) { s.T.Helper(); s.T.Logf(format, args...) }

func (s *scene) armed(member string) string { return filepath.Join(s.dir, member+".armed") }

func TestANodeThatEndsAtAnyDurableStepGoesOnFromThere(t *testing.T) {
	t.Logf("seed %d: go test ./e2e/points -seed %d", *seed, *seed)
	s := &scene{T: t, dir: t.TempDir(), rand: rand.New(rand.NewPCG(*seed, 0))}
	server := s.server()
	network := cluster.Found(t, cluster.Options{
		Program: program, Mail: true,
		Env: func(member string) []string { return []string{crash.Variable + "=" + s.armed(member)} },
		Settings: func(member string) string {
			text := fmt.Sprintf("snapshots:\n  every_blocks: %d\n", snapshotBlocks)
			if member == "wholesaler" && server != "" {
				text += "vault:\n  url: " + server + "\n"
			}
			return text
		},
	})
	maker, pharmacy := network.Of("maker"), network.Of("pharmacy")
	hosted := network.Host(pharmacy, "corner", "0399981000018")
	s.Load = network.Load(*seed)
	s.traders = []*trader{
		{maker: maker.Node, node: pharmacy.Node, org: "pharmacy", serial: firstSerial},
		{maker: maker.Node, node: hosted, org: "corner", serial: firstSerial + traderSerials},
	}
	finish := s.trade()
	visited := 0
	for range rounds {
		for _, p := range crash.Points() {
			onServer := p == crash.VaultServerBefore || p == crash.VaultServerCommitted
			if strings.HasPrefix(string(p), *only) && (server != "" || !onServer) {
				s.end(p)
				visited++
			}
		}
	}
	finish()
	s.Logf("a node ended at each of %d points; %d and %d pallets went by the exchange", visited, len(s.traders[0].done), len(s.traders[1].done))
	quiet(t, "maker", maker.Node)
	for _, tr := range s.traders {
		quiet(t, tr.org, tr.node)
		tr.agree(t)
		s.Beside(len(tr.done))
	}
	s.Verify()
}

// server is the URL of a database server for one member's private store; none where
// none is installed.
func (s *scene) server() string {
	s.T.Helper()
	db, err := pgtest.Launch()
	if err != nil {
		s.T.Logf("every private store is a file, and vault/server is not visited: this needs PostgreSQL: %v", err)
		return ""
	}
	s.T.Cleanup(func() {
		if err := db.Close(); err != nil {
			s.T.Error(err)
		}
	})
	return db.URL()
}

// trade begins to send pallets by the exchange, and returns what brings the last ones
// to their end.
func (s *scene) trade() (finish func()) {
	ctx, stop := context.WithCancel(s.T.Context())
	end, late := context.WithCancel(s.T.Context())
	errs := make([]error, len(s.traders))
	for i, t := range s.traders {
		s.trading.Go(func() { errs[i] = t.run(ctx, end) })
	}
	finish = sync.OnceFunc(func() {
		stop()
		timer := time.AfterFunc(quietWait, late)
		defer timer.Stop()
		s.trading.Wait()
		for _, err := range errs {
			if err != nil {
				s.T.Error(err)
			}
		}
	})
	s.T.Cleanup(func() { stop(); late(); s.trading.Wait() })
	return finish
}

// end arms a node, waits until it has ended at the point, and starts it again.
func (s *scene) end(p crash.Point) {
	s.T.Helper()
	m, reach := s.way(p)
	nth := 1
	if rounds > 1 {
		nth += s.rand.IntN(nthMost)
	}
	began, before := time.Now(), len(m.Log())
	s.must(os.WriteFile(s.armed(m.ID), crash.Arm(p, nth), 0o600))
	if p == crash.HostedOpened { // what a start comes to
		s.must(m.Kill(), m.Start(cluster.Launch{}))
	}
	ctx, done := context.WithCancel(s.T.Context())
	var reaching sync.WaitGroup
	if reach != nil {
		reaching.Go(func() {
			for ctx.Err() == nil && m.Runs() {
				_ = reach(ctx, m) // it may be cut short by the end of the node
			}
		})
	}
	code, err := m.Ended(reachWait)
	done()
	reaching.Wait()
	if err != nil || code != -1 || !strings.Contains(m.Log()[before:], fmt.Sprintf("*** crash point %s ***", p)) {
		s.Fatal(m.ID, "did not end at", p, "on arrival", nth, "but with exit code", code, err)
	}
	s.must(os.Remove(s.armed(m.ID)), m.Restart(s.T.Context(), 0))
	if !s.Progress(progress, progressWait) {
		s.Fatal("no entries are answered after", m.ID, "ended at", p)
	}
	s.Logf("%s, %s: %v", p, m.ID, time.Since(began).Round(time.Millisecond))
}

// must ends the test on an error.
func (s *scene) must(errs ...error) {
	s.T.Helper()
	if err := errors.Join(errs...); err != nil {
		s.Fatal(err)
	}
}

// way is the member that comes to a point, and what brings it there if the load does
// not.
func (s *scene) way(p crash.Point) (*cluster.Member, func(context.Context, *cluster.Member) error) {
	maker, pharmacy := s.Of("maker"), s.Of("pharmacy")
	either := []*cluster.Member{maker, pharmacy}[s.rand.IntN(2)]
	group, _, _ := strings.Cut(string(p), "/")
	switch {
	case p == crash.ValidatorsBefore || p == crash.ValidatorsNoted:
		return s.List[s.rand.IntN(len(s.List))], s.sameValidator
	case p == crash.DocumentPartKept:
		return either, junk(largeDocument)
	case p == crash.VaultCheckpointBefore || p == crash.VaultCheckpointed:
		return maker, junk(largeLog)
	case p == crash.VaultServerBefore || p == crash.VaultServerCommitted:
		return s.Of("wholesaler"), nil
	case p == crash.HostedOpened:
		return pharmacy, nil
	case group == "store" || group == "snapshot":
		return s.List[s.rand.IntN(len(s.List))], nil
	case group == "capture" || group == "ship" || group == "shipment" || group == "act":
		return maker, nil
	case group == "receive" || group == "dispense":
		return pharmacy, nil
	default:
		return either, nil
	}
}

// sameValidator has the council give a validator the power that it has: a change of
// validators that changes nothing.
func (s *scene) sameValidator(ctx context.Context, _ *cluster.Member) error {
	m := s.Of("regulator")
	return s.Decide(ctx, "org", "set-validator", map[string]any{"member": m.ID, "key": m.Consensus(), "power": 1})
}

// junk captures a large document that is none: it is kept, and refused.
func junk(size int64) func(context.Context, *cluster.Member) error {
	return func(ctx context.Context, m *cluster.Member) error {
		var first [8]byte
		for i := range first {
			first[i] = byte(rand.Uint32())
		}
		content := io.MultiReader(bytes.NewReader(first[:]), io.LimitReader(noise{}, size))
		return m.Node.Upload(ctx, "/api/v1/captures?name=junk", "application/octet-stream", content, nil)
	}
}

// noise reads as bytes without end.
type noise struct{}

func (noise) Read(p []byte) (int, error) { return len(p), nil }
