//go:build linux

package kill

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"pedigree/client"
)

// company is one member of the network and its node.
type company struct {
	id, role, gln, prefix string
	home                  string
	api                   string
	key                   ed25519.PrivateKey // of the organisation
	node                  *client.Client

	mu      sync.Mutex // guards what follows
	process *exec.Cmd
	log     *os.File
	starts  []time.Duration // how long each start after a kill took
}

// The companies' names say what they are; GS1 prefixes and numbers are made up.
func companies(dir string) []*company {
	list := []*company{
		{id: "maker", role: "manufacturer", gln: "0399991000015", prefix: "0399991"},
		{id: "wholesaler", role: "wholesaler", gln: "0614141000012", prefix: "0614141"},
		{id: "pharmacy", role: "dispenser", gln: "0860001000009", prefix: "0860001"},
		{id: "regulator", role: "regulator", gln: "0880005000003"},
	}
	for _, c := range list {
		c.home = filepath.Join(dir, c.id)
	}
	return list
}

// verb runs one command of the program to its end.
func verb(t *testing.T, args ...string) {
	t.Helper()
	var out bytes.Buffer
	cmd := exec.Command(program, args...)
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		t.Fatalf("pedigree %s: %v\n%s", strings.Join(args, " "), err, out.String())
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// init makes the company's home.
func (c *company) init(t *testing.T) {
	t.Helper()
	c.api = freeAddress(t)
	now := time.Now().UTC()
	args := []string{
		"init", "--home", c.home, "--org", c.id, "--name", c.id + " (test)", "--role", c.role, "--gln", c.gln, "--p2p", freeAddress(t), "--listen", c.api,
		"--licence", fmt.Sprintf("%s:US:TEST-%s:%s:%s", c.role, strings.ToUpper(c.id), now.AddDate(-1, 0, 0).Format(time.DateOnly), now.AddDate(2, 0, 0).Format(time.DateOnly)),
	}
	if c.prefix != "" {
		args = append(args, "--prefix", c.prefix)
	}
	verb(t, args...)
	c.key = ed25519.NewKeyFromSeed(secret(t, filepath.Join(c.home, "keys", "organisation.key")))
	c.node = client.New("http://"+c.api, hex.EncodeToString(secret(t, filepath.Join(c.home, "api.token"))))
}

// secret reads the last line of a secret's file.
func secret(t *testing.T, path string) []byte {
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

// start begins the company's process.
func (c *company) start() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.log == nil {
		var err error
		if c.log, err = os.OpenFile(c.logPath(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
			return err
		}
	}
	cmd := exec.Command(program, "start", "--home", c.home)
	cmd.Stdout, cmd.Stderr = c.log, c.log
	// The nodes end with the test, even if it is killed itself.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	c.process = cmd
	return cmd.Start()
}

func (c *company) logPath() string { return filepath.Join(c.home, "node.log") }

// kill ends the process at once and waits until it is gone.
func (c *company) kill() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.process.Process.Kill(); err != nil {
		return fmt.Errorf("couldn't kill %s, which should run: %w; see %s", c.id, err, c.logPath())
	}
	_ = c.process.Wait() // says that it was killed
	return nil
}

// end asks the process to stop and waits.
func (c *company) end() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.process == nil || c.process.ProcessState != nil {
		return nil
	}
	late := time.AfterFunc(stopWait, func() { _ = c.process.Process.Kill() })
	defer late.Stop()
	err := errors.Join(c.process.Process.Signal(syscall.SIGTERM), c.process.Wait())
	if err != nil {
		return fmt.Errorf("%s did not end in order: %w; see %s", c.id, err, c.logPath())
	}
	return nil
}

// waitReady waits until the node takes part.
func (c *company) waitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyWait)
	defer cancel()
	for {
		if _, err := c.node.File(ctx, "/readyz"); err == nil {
			if s, err := c.node.Status(ctx); err == nil && s.Height > 0 {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s did not take part again within %s; see %s", c.id, readyWait, c.logPath())
		case <-time.After(20 * time.Millisecond):
		}
	}
}
