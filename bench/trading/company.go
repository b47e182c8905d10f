package trading

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"pedigree/client"
	"pedigree/internal/freeport"
)

// company is one member and its node, a process of its own.
type company struct {
	home, program string
	node          *client.Client
	process       *exec.Cmd
	ended         chan error
}

// about is what init is told of a company.
type about struct {
	org, role, prefix, gln string
}

var (
	makerIs      = about{"maker", "manufacturer", "0399991", "0399991000015"}
	wholesalerIs = about{"wholesaler", "wholesaler", "0614141", "0614141000012"}
)

func newCompany(ctx context.Context, program, dir string, a about) (*company, error) {
	c := &company{home: filepath.Join(dir, a.org), program: program, ended: make(chan error, 1)}
	var ports [3]string
	for i := range ports {
		var err error
		if ports[i], err = freeport.Address(); err != nil {
			return nil, err
		}
	}
	now := time.Now().UTC()
	if _, err := c.do(ctx, "init", "--home", c.home, "--org", a.org, "--name", a.org+" (benchmark)", "--role", a.role, "--prefix", a.prefix, "--gln", a.gln,
		"--licence", a.role+":US:BENCH-1:"+now.AddDate(-1, 0, 0).Format(time.DateOnly)+":"+now.AddDate(2, 0, 0).Format(time.DateOnly),
		"--listen", ports[0], "--p2p", ports[1]); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(c.home, "pedigree.yaml"), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return nil, fmt.Errorf("couldn't write a node's configuration: %w", err)
	}
	_, err = fmt.Fprintf(f, "exchange:\n  listen: %s\n  loopback: true\n", ports[2])
	return c, errors.Join(err, f.Close())
}

// do runs a command of the program.
func (c *company) do(ctx context.Context, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, c.program, args...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("couldn't run pedigree %s: %w: %s", args[0], err, out)
	}
	return string(out), nil
}

// start starts the node; waitReady waits until it takes work.
func (c *company) start() error {
	log, err := os.Create(c.logPath())
	if err != nil {
		return fmt.Errorf("couldn't make a node's log: %w", err)
	}
	defer log.Close() // the process has a handle of its own
	c.process = exec.Command(c.program, "start", "--home", c.home)
	c.process.Stdout, c.process.Stderr = log, log
	bind(c.process)
	if err := c.process.Start(); err != nil {
		return fmt.Errorf("couldn't start a node: %w", err)
	}
	go func() { c.ended <- c.process.Wait() }()
	return nil
}

func (c *company) logPath() string { return filepath.Join(c.home, "node.log") }

func (c *company) waitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyWait)
	defer cancel()
	for {
		address, err := os.ReadFile(filepath.Join(c.home, "data", "api.address"))
		if base := "http://" + strings.TrimSpace(string(address)); err == nil && ready(ctx, base) {
			token, err := os.ReadFile(filepath.Join(c.home, "api.token"))
			if err != nil {
				return fmt.Errorf("couldn't read a node's access token: %w", err)
			}
			lines := strings.Split(strings.TrimSpace(string(token)), "\n")
			c.node = client.New(base, lines[len(lines)-1])
			return nil
		}
		select {
		case err := <-c.ended:
			c.ended <- err
			return fmt.Errorf("a node ended at its start: %v; see %s", err, c.logPath())
		case <-ctx.Done():
			return fmt.Errorf("a node takes no work after %s; see %s", readyWait, c.logPath())
		case <-time.After(look):
		}
	}
}

func ready(ctx context.Context, base string) bool {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/readyz", nil)
	if err != nil {
		return false
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	return res.Body.Close() == nil && res.StatusCode == http.StatusOK
}

// stop ends the process, by force if it doesn't end by itself.
func (c *company) stop() error {
	if c == nil || c.process == nil {
		return nil
	}
	_ = c.process.Process.Signal(syscall.SIGTERM) // it may have ended
	select {
	case err := <-c.ended:
		return err
	case <-time.After(stopWait):
		return errors.Join(errors.New("a node did not stop when it was asked to"), c.process.Process.Kill(), <-c.ended)
	}
}
