//go:build linux

package cluster

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pedigree/client"
	"pedigree/internal/netns"
	"pedigree/proof"
)

// Member is one company of the network and its node.
type Member struct {
	// ID is the organisation's, Home its node's folder, Key what it signs with.
	ID, Home string
	Key      ed25519.PrivateKey
	// Node is a client of its HTTP interface.
	Node *client.Client
	// Lane is its network; nil on the loopback.
	Lane *netns.Lane
	// Starts says how long each restart took until the node took part again.
	Starts []time.Duration

	role, gln, prefix string
	base              string // of its HTTP interface
	env               []string
	vote              proof.Key
	aside             atomic.Bool
	program           string
	process           process
}

// The companies' names say what they are; GS1 prefixes and numbers are made up.
func companies(dir string) []*Member {
	list := []*Member{
		{ID: "maker", role: "manufacturer", gln: "0399991000015", prefix: "0399991"},
		{ID: "wholesaler", role: "wholesaler", gln: "0614141000012", prefix: "0614141"},
		{ID: "pharmacy", role: "dispenser", gln: "0860001000009", prefix: "0860001"},
		{ID: "regulator", role: "regulator", gln: "0880005000003"},
	}
	for _, m := range list {
		m.Home = filepath.Join(dir, m.ID)
	}
	return list
}

// init makes the company's home. In a lane of its own a node uses the same ports
// as every other.
func (m *Member) init(t testing.TB, more ...string) {
	t.Helper()
	listen, peers := "127.0.0.1:8480", ""
	if m.Lane != nil {
		peers = m.Lane.Addr + ":26656"
	} else {
		listen, peers = FreeAddress(t), FreeAddress(t)
	}
	now := time.Now().UTC()
	args := []string{
		"init", "--home", m.Home, "--org", m.ID, "--name", m.ID + " (test)", "--role", m.role, "--gln", m.gln, "--p2p", peers, "--listen", listen,
		"--licence", fmt.Sprintf("%s:US:TEST-%s:%s:%s", m.role, strings.ToUpper(m.ID), now.AddDate(-1, 0, 0).Format(time.DateOnly), now.AddDate(2, 0, 0).Format(time.DateOnly)),
	}
	if m.prefix != "" {
		args = append(args, "--prefix", m.prefix)
	}
	Verb(t, m.program, append(args, more...)...)
	m.Key = ed25519.NewKeyFromSeed(secret(t, filepath.Join(m.Home, "keys", "organisation.key")))
	m.base = "http://" + listen
	m.Node = m.client(t, m.Home)
}

// client is a client of the node with the token of a home on it.
func (m *Member) client(t testing.TB, home string) *client.Client {
	t.Helper()
	c := client.New(m.base, hex.EncodeToString(secret(t, filepath.Join(home, "api.token"))))
	if m.Lane != nil {
		return c.Over(&http.Transport{DialContext: m.Lane.Dial, IdleConnTimeout: time.Minute})
	}
	return c
}

// configure adds what the options say to the member's configuration.
func (m *Member) configure(t testing.TB, o Options) {
	t.Helper()
	var text string
	if o.Mail {
		text = fmt.Sprintf("exchange:\n  listen: %s\n  loopback: true\n", FreeAddress(t))
	}
	if o.Settings != nil {
		text += o.Settings(m.ID)
	}
	if o.Env != nil {
		m.env = o.Env(m.ID)
	}
	f, err := os.OpenFile(filepath.Join(m.Home, "pedigree.yaml"), os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteString(text)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// secret reads the last line of a secret's file.
func secret(t testing.TB, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	b, err := hex.DecodeString(lines[len(lines)-1])
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return b
}

// Install gives the company another program, from the node's next start on.
func (m *Member) Install(program string) { m.program = program }

// Consensus is the public key with which the member's node votes.
func (m *Member) Consensus() proof.Key { return m.vote }

// SetEnv replaces what the options gave for the environment of the member's processes,
// from its node's next start on.
func (m *Member) SetEnv(env ...string) { m.env = env }

// Do runs a command of the company's program on its home, as its operator does on the
// node's machine, and returns its exit code and what it printed.
func (m *Member) Do(ctx context.Context, args ...string) (code int, out string, err error) {
	cmd := exec.CommandContext(ctx, m.program, append(args, "--home", m.Home)...)
	cmd.Env = append(os.Environ(), m.env...)
	raw, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		return 0, "", fmt.Errorf("couldn't run pedigree %s: %w", strings.Join(args, " "), err)
	}
	return cmd.ProcessState.ExitCode(), string(raw), nil
}

// SetAside keeps the load away from the node, or lets it come again.
func (m *Member) SetAside(away bool) { m.aside.Store(away) }

// Base is the address of the node's HTTP interface, for who has no lane to cross.
func (m *Member) Base() string { return m.base }

// WaitReady waits until the node takes part.
func (m *Member) WaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyWait)
	defer cancel()
	for {
		if _, err := m.Node.File(ctx, "/readyz"); err == nil {
			if s, err := m.Node.Status(ctx); err == nil && s.Height > 0 {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s did not take part again within %s", m.ID, readyWait)
		case <-time.After(pollPause):
		}
	}
}

// Restart starts the node after a pause and notes how long it took to take part.
func (m *Member) Restart(ctx context.Context, pause time.Duration) error {
	time.Sleep(pause)
	began := time.Now()
	if err := m.Start(Launch{}); err != nil {
		return err
	}
	if err := m.WaitReady(ctx); err != nil {
		return err
	}
	m.process.mu.Lock()
	defer m.process.mu.Unlock()
	m.Starts = append(m.Starts, time.Since(began))
	return nil
}

// At is the same company's node with another home, such as a copy, and in another
// lane if one is given. It is the caller's to end.
func (m *Member) At(home string, lane *netns.Lane) *Member {
	other := &Member{ID: m.ID, Home: home, Key: m.Key, Node: m.Node, Lane: m.Lane, role: m.role, gln: m.gln, prefix: m.prefix, program: m.program}
	if lane != nil {
		other.Lane = lane
		other.Node = m.Node.Over(&http.Transport{DialContext: lane.Dial, IdleConnTimeout: time.Minute})
	}
	return other
}
