//go:build linux

package hostile

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"pedigree/internal/freeport"
)

// Config says which program is attacked, and where it keeps its home.
type Config struct {
	Program string   // path of the built pedigree
	Dir     string   // existing folder
	Lines   string   // that its configuration has beside those of init
	Env     []string // of the node, beside the caller's own
}

// Node is one member's node, a process of its own.
type Node struct {
	Addr string // host:port of its HTTP interface
	Home string

	token   string
	process *exec.Cmd
	ended   chan error
	client  *http.Client
}

// Start founds a network of one member and runs its node until it takes work.
func Start(ctx context.Context, c Config) (*Node, error) {
	n := &Node{Home: filepath.Join(c.Dir, "node"), ended: make(chan error, 1)}
	n.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	listen, err := freeport.Address()
	if err != nil {
		return nil, err
	}
	now := time.Now().UTC()
	out, err := exec.CommandContext(ctx, c.Program, "init", "--home", n.Home, "--alone", "--org", "maker", "--name", "Maker (test)",
		"--role", "manufacturer", "--prefix", "0399991", "--gln", "0399991000015", "--listen", listen,
		"--licence", "manufacturer:US:TEST-1:"+now.AddDate(-1, 0, 0).Format(time.DateOnly)+":"+now.AddDate(2, 0, 0).Format(time.DateOnly)).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("couldn't set a node up: %w: %s", err, out)
	}
	if err := n.configure(c.Lines); err != nil {
		return nil, err
	}
	log, err := os.Create(n.LogPath())
	if err != nil {
		return nil, fmt.Errorf("couldn't make the node's log: %w", err)
	}
	defer log.Close() // the process has a handle of its own
	n.process = exec.Command(c.Program, "start", "--home", n.Home)
	n.process.Stdout, n.process.Stderr = log, log
	n.process.Env = append(os.Environ(), c.Env...)
	// The node ends with its parent, even if that is killed.
	n.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := n.process.Start(); err != nil {
		return nil, fmt.Errorf("couldn't start a node: %w", err)
	}
	go func() { n.ended <- n.process.Wait() }()
	if err := n.waitReady(ctx); err != nil {
		return nil, errors.Join(err, n.Stop())
	}
	return n, nil
}

// configure adds lines to the node's configuration.
func (n *Node) configure(lines string) error {
	f, err := os.OpenFile(filepath.Join(n.Home, "pedigree.yaml"), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return fmt.Errorf("couldn't write the node's configuration: %w", err)
	}
	_, err = f.WriteString(lines)
	return errors.Join(err, f.Close())
}

// LogPath is the file with all that the process wrote.
func (n *Node) LogPath() string { return filepath.Join(n.Home, "node.log") }

// waitReady waits for the file with the address, and then for work to be taken.
func (n *Node) waitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyWait)
	defer cancel()
	for {
		addr, err := os.ReadFile(filepath.Join(n.Home, "data", "api.address"))
		if err == nil {
			n.Addr = strings.TrimSpace(string(addr))
			if n.Ready(ctx) == nil {
				n.token, err = readToken(filepath.Join(n.Home, "api.token"))
				return err
			}
		}
		select {
		case err := <-n.ended:
			n.ended <- err
			return fmt.Errorf("the node ended at its start: %v; see %s", err, n.LogPath())
		case <-ctx.Done():
			return fmt.Errorf("the node takes no work after %s; see %s", readyWait, n.LogPath())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// readToken reads the last line of the access token's file.
func readToken(path string) (string, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("couldn't read the node's access token: %w", err)
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	if _, err := hex.DecodeString(lines[len(lines)-1]); err != nil {
		return "", fmt.Errorf("couldn't read the node's access token: %w", err)
	}
	return lines[len(lines)-1], nil
}

// Ready reports why the node takes no work, or nil.
func (n *Node) Ready(ctx context.Context) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+n.Addr+"/readyz", nil)
	if err != nil {
		return err
	}
	res, err := n.client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		why, _ := io.ReadAll(io.LimitReader(res.Body, answerMost))
		return fmt.Errorf("the node takes no work: %s", why)
	}
	return nil
}

// Stop ends the process, by force if it doesn't end by itself.
func (n *Node) Stop() error {
	_ = n.process.Process.Signal(syscall.SIGTERM) // it may have ended
	select {
	case err := <-n.ended:
		return err
	case <-time.After(stopWait):
		return errors.Join(errors.New("the node did not stop when it was asked to"), n.process.Process.Kill(), <-n.ended)
	}
}

// Signal sends the process a signal.
func (n *Node) Signal(s os.Signal) error { return n.process.Process.Signal(s) }

// Backup asks the node for a backup and returns it whole.
func (n *Node) Backup(ctx context.Context) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+n.Addr+"/api/v1/backup", nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+n.token)
	res, err := n.client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("couldn't take a backup: %w", err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("couldn't take a backup: %d %.200s", res.StatusCode, raw)
	}
	return raw, err
}

// ForgetPeak makes Peak count from now on.
func (n *Node) ForgetPeak() error {
	err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", n.process.Process.Pid), []byte("5"), 0)
	if err != nil {
		return fmt.Errorf("couldn't reset the node's peak of memory: %w", err)
	}
	return nil
}

// Peak is the most memory in bytes that the process held since ForgetPeak.
func (n *Node) Peak() (int64, error) { return n.status("VmHWM") }

// Resident is the memory that the process holds now.
func (n *Node) Resident() (int64, error) { return n.status("VmRSS") }

func (n *Node) status(name string) (int64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", n.process.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("couldn't read the node's memory: %w", err)
	}
	for line := range bytes.Lines(raw) {
		var kilobytes int64
		if k, _ := fmt.Sscanf(string(line), name+": %d kB", &kilobytes); k == 1 {
			return kilobytes << 10, nil
		}
	}
	return 0, fmt.Errorf("couldn't find %s of the node", name)
}
