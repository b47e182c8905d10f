//go:build linux

package cluster

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"pedigree/internal/freeport"
)

// process is a node's, or nothing.
type process struct {
	mu   sync.Mutex // guards what follows
	cmd  *exec.Cmd
	log  *os.File
	done chan struct{} // closed when the process has ended
}

// Launch says how to start a node; its zero value is as a company would.
type Launch struct {
	Program string   // in place of the network's
	Wrap    []string // command before the program, which must run it as the same process
	Env     []string // beside this process's own
}

// Verb runs one command of the program to its end.
func Verb(t testing.TB, program string, args ...string) string {
	t.Helper()
	out, err := exec.Command(program, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("pedigree %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// FreeAddress is an address of this machine that nobody listens on.
func FreeAddress(t testing.TB) string {
	t.Helper()
	address, err := freeport.Address()
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// Start begins the node's process.
func (m *Member) Start(l Launch) error {
	p := &m.process
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.log == nil {
		var err error
		if p.log, err = os.OpenFile(m.logPath(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
			return err
		}
	}
	if l.Program == "" {
		l.Program = m.program
	}
	var line []string
	if m.Lane != nil {
		line = m.Lane.Wrap()
	}
	line = append(append(line, l.Wrap...), l.Program, "start", "--home", m.Home)
	cmd := exec.Command(line[0], line[1:]...)
	cmd.Env = append(append(os.Environ(), m.env...), l.Env...)
	cmd.Stdout, cmd.Stderr = p.log, p.log
	// The nodes end with the test, even if it is killed itself.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("couldn't start the node of %s: %w", m.ID, err)
	}
	p.cmd, p.done = cmd, make(chan struct{})
	go func(done chan struct{}) {
		_ = cmd.Wait() // ProcessState says how it ended
		close(done)
	}(p.done)
	return nil
}

// logPath is beside the home, whose disk may be full.
func (m *Member) logPath() string {
	return filepath.Join(filepath.Dir(m.Home), filepath.Base(m.Home)+".log")
}

// Log is what the node has written since its first start.
func (m *Member) Log() string {
	raw, err := os.ReadFile(m.logPath())
	if err != nil {
		return err.Error()
	}
	return string(raw)
}

// PID is the node's process id.
func (m *Member) PID() int {
	m.process.mu.Lock()
	defer m.process.mu.Unlock()
	return m.process.cmd.Process.Pid
}

// Signal sends a signal to the node, such as SIGSTOP.
func (m *Member) Signal(s syscall.Signal) error {
	m.process.mu.Lock()
	defer m.process.mu.Unlock()
	return m.process.cmd.Process.Signal(s)
}

// Kill ends the process at once and waits until it is gone.
func (m *Member) Kill() error {
	p := &m.process
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.cmd.Process.Kill(); err != nil {
		return fmt.Errorf("couldn't kill the node of %s, which should run: %w", m.ID, err)
	}
	<-p.done
	return nil
}

// Ended waits until the process ends by itself and returns its exit code.
func (m *Member) Ended(wait time.Duration) (code int, err error) {
	m.process.mu.Lock()
	cmd, done := m.process.cmd, m.process.done
	m.process.mu.Unlock()
	select {
	case <-done:
		return cmd.ProcessState.ExitCode(), nil
	case <-time.After(wait):
		return 0, fmt.Errorf("the node of %s did not end within %s", m.ID, wait)
	}
}

// Runs says whether the process is there.
func (m *Member) Runs() bool {
	m.process.mu.Lock()
	defer m.process.mu.Unlock()
	if m.process.cmd == nil {
		return false
	}
	select {
	case <-m.process.done:
		return false
	default:
		return true
	}
}

// End asks the process to stop and waits.
func (m *Member) End() error {
	if !m.Runs() {
		return nil
	}
	if err := m.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	code, err := m.Ended(stopWait)
	if err != nil {
		return errors.Join(err, m.Kill())
	}
	if code != 0 {
		return fmt.Errorf("the node of %s did not end in order but with exit code %d", m.ID, code)
	}
	return nil
}

// fsck runs the program's own search for damage in the stopped node's home.
func (m *Member) fsck() (string, error) {
	var out bytes.Buffer
	cmd := exec.Command(m.program, "fsck", "--home", m.Home, "--json")
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.String(), err
}
