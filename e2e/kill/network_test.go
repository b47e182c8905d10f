//go:build linux

package kill

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"pedigree/internal/node"
	"pedigree/proof"
)

var seed = flag.Uint64("seed", uint64(time.Now().UnixNano()), "of the random choices")

// program is the built binary.
var program string

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(built(m))
}

// built builds the program once, and runs the tests.
func built(m *testing.M) int {
	dir, err := os.MkdirTemp("", "pedigree-kill-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "pedigree")
	// go test takes a kept result when nothing that a test read has changed. What the
	// build reads it can't see, so main is read here; the rest is imported.
	sources, err := filepath.Glob(filepath.Join("..", "..", "cmd", "pedigree", "*.go"))
	for _, file := range sources {
		_, readErr := os.ReadFile(file)
		err = errors.Join(err, readErr)
	}
	if err != nil || len(sources) == 0 {
		fmt.Fprintln(os.Stderr, "couldn't read the program's sources:", err)
		return 1
	}
	build := exec.Command("go", "build", "-o", program, "pedigree/cmd/pedigree")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "couldn't build the program:", err)
		return 1
	}
	return m.Run()
}

// network is the companies and what a stranger knows of them.
type network struct {
	t       *testing.T
	list    []*company
	chainID string
	trust   proof.Trust
}

// found sets a network up as four companies would, and starts it.
func found(t *testing.T) *network {
	t.Helper()
	dir := t.TempDir()
	n := &network{t: t, list: companies(dir), chainID: "pedigree-kill"}
	founding := filepath.Join(dir, "founding.json")
	var cards []string
	for _, c := range n.list {
		c.init(t)
		cards = append(cards, filepath.Join(c.home, "card.json"))
	}
	verb(t, append([]string{"found", "--chain-id", n.chainID, "--out", founding}, cards...)...)
	for _, c := range n.list {
		verb(t, append([]string{"join", founding, "--home", c.home}, cards...)...)
	}
	n.trust = trustOf(t, founding)
	t.Cleanup(n.clear)
	for _, c := range n.list {
		if err := c.start(); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range n.list {
		if err := c.waitReady(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

// trustOf takes the first validators from the founding file: all that a reader
// of proofs must know.
func trustOf(t *testing.T, founding string) proof.Trust {
	t.Helper()
	f, err := node.ReadFounding(founding)
	if err != nil {
		t.Fatal(err)
	}
	trust := proof.Trust{ChainID: f.ChainID, Height: 1}
	for _, v := range f.Validators {
		trust.Validators = append(trust.Validators, proof.Validator{Key: v.Key, Power: 1})
	}
	if trust.Validators, err = proof.NewValidatorSet(trust.Validators); err != nil {
		t.Fatal(err)
	}
	return trust
}

// clear ends what still runs when a test is over, and shows the logs of a failure.
func (n *network) clear() {
	for _, c := range n.list {
		if c.process != nil && c.process.ProcessState == nil {
			_ = c.kill()
		}
		if raw, err := os.ReadFile(c.logPath()); n.t.Failed() && err == nil {
			n.t.Logf("end of the log of %s:\n%s", c.id, raw[max(0, len(raw)-3000):])
		}
	}
}

// of returns the company with an id.
func (n *network) of(id string) *company {
	for _, c := range n.list {
		if c.id == id {
			return c
		}
	}
	n.t.Fatalf("there is no company %s", id)
	return nil
}

// settle waits until all nodes are at one height and stay there.
func (n *network) settle(ctx context.Context) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, settleWait)
	defer cancel()
	var last []uint64
	for same := 0; same < 10; {
		heights := make([]uint64, len(n.list))
		equal := true
		for i, c := range n.list {
			s, err := c.node.Status(ctx)
			if err != nil {
				return 0, fmt.Errorf("couldn't ask %s for its height: %w", c.id, err)
			}
			heights[i] = s.Height
			equal = equal && s.Height == heights[0] && (last == nil || last[i] == s.Height)
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
