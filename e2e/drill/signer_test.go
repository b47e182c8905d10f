//go:build linux

package drill

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"pedigree/e2e/cluster"
)

// TestAValidatorSignsOnAnotherHost moves the regulator's consensus key to a signer,
// ends the signer, cuts its line, ends the node, and starts a second node that asks
// the same signer. The other three go on each time, and the regulator comes back.
func TestAValidatorSignsOnAnotherHost(t *testing.T) {
	d := begin(t)
	m := d.load.Of("regulator")
	d.must(m.End())
	s := d.moveKey(m)
	d.must(s.start(), m.Restart(t.Context(), 0))
	d.signs(s, "after the key was moved")

	d.must(s.kill())
	d.goesOn("while the signer is away")
	d.must(s.start())
	d.signs(s, "after the signer was killed")

	s.line.cut()
	d.goesOn("while the signer's line is cut")
	s.line.heal()
	d.signs(s, "after the line was cut")

	d.must(m.Kill())
	d.goesOn("while the node is away")
	d.must(m.Restart(t.Context(), 0))
	d.signs(s, "after the node was killed")

	d.must(m.Kill(), s.kill())
	d.goesOn("while both are away")
	d.must(s.start(), m.Restart(t.Context(), 0))
	d.signs(s, "after both were killed")

	d.second(m, s)
	d.signs(s, "after a second node asked for its signatures")
	d.end()
	d.must(s.end())
}

// signerHost is the signer's process, and the line between it and its node.
type signerHost struct {
	home string
	line *line
	cmd  *exec.Cmd
	log  string
}

// moveKey sets a signer up and moves a stopped node's consensus key there, as
// docs/operate/signer.md has it. The node reaches it over a line that can be cut.
func (d drill) moveKey(m *cluster.Member) *signerHost {
	d.Helper()
	s := &signerHost{home: m.Home + "-signer", log: m.Home + "-signer.log"}
	at := cluster.FreeAddress(d.T)
	s.line = openLine(d.T, at)
	channel := d.verb(m, 0, "signer", "node-key")
	cluster.Verb(d.T, program, "signer", "init", "--home", s.home, "--chain-id", d.load.ChainID, "--node", channel, "--listen", at)
	cluster.Verb(d.T, program, "signer", "adopt", "--home", s.home, "--from", m.Home, "--addr", s.line.addr())
	for _, gone := range []string{"consensus_key.json", "consensus_mark"} {
		if _, err := os.Stat(filepath.Join(m.Home, gone)); err == nil {
			d.Errorf("%s is still at the node", gone)
		}
	}
	d.Cleanup(func() {
		_ = s.kill()
		if raw, err := os.ReadFile(s.log); err == nil && d.Failed() {
			d.Logf("log of the signer:\n%s", raw)
		}
	})
	return s
}

func (s *signerHost) start() error {
	log, err := os.OpenFile(s.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	s.cmd = exec.Command(program, "signer", "start", "--home", s.home)
	s.cmd.Stdout, s.cmd.Stderr = log, log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	return s.cmd.Start()
}

// kill ends the signer at once, if it runs.
func (s *signerHost) kill() error {
	if s.cmd == nil || s.cmd.ProcessState != nil {
		return nil
	}
	if err := s.cmd.Process.Kill(); err != nil {
		return err
	}
	_ = s.cmd.Wait() // killed: it says so
	return nil
}

// end asks the signer to stop.
func (s *signerHost) end() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return s.cmd.Wait()
}

var signedHeight = regexp.MustCompile(`^height (\d+),`)

// signed is the height for which the signer has signed last, as its mark says.
func (d drill) signed(s *signerHost) (height uint64) {
	d.Helper()
	var a struct{ Signed string }
	d.must(json.Unmarshal([]byte(cluster.Verb(d.T, program, "signer", "status", "--home", s.home, "--json")), &a))
	found := signedHeight.FindStringSubmatch(a.Signed)
	if found == nil {
		d.Fatalf("the signer says that it signed %q last", a.Signed)
	}
	_, err := fmt.Sscan(found[1], &height)
	d.must(err)
	return height
}

// signs waits until the signer takes part in a block that is made from now on.
func (d drill) signs(s *signerHost, when string) {
	d.Helper()
	from := d.height(d.load.Of("maker")) + 1
	began := time.Now()
	d.until("the signer signs "+when, func() bool { return d.signed(s) > from })
	d.Logf("the signer signs again %v %s", time.Since(began).Round(100*time.Millisecond), when)
}

var address = regexp.MustCompile(`(?m)^(\s+listen: )127\.0\.0\.1:\d+$`)

// second starts a copy of a node, at other addresses, which asks the same signer. It
// gets no signature; the first is served as before.
func (d drill) second(m *cluster.Member, s *signerHost) {
	d.Helper()
	other := m.At(m.Home+"-second", nil)
	if out, err := exec.CommandContext(d.Context(), "cp", "-r", m.Home, other.Home).CombinedOutput(); err != nil {
		d.Fatalf("%v: %s", err, out)
	}
	config := filepath.Join(other.Home, "pedigree.yaml")
	raw, err := os.ReadFile(config)
	d.must(err)
	text := address.ReplaceAllStringFunc(string(raw), func(line string) string {
		return line[:strings.LastIndexByte(line, ' ')+1] + cluster.FreeAddress(d.T)
	})
	d.must(os.WriteFile(config, []byte(text), 0o600), os.RemoveAll(filepath.Join(other.Home, "data")))
	d.must(other.Start(cluster.Launch{}))
	d.until("the second node is refused", func() bool { return strings.Contains(other.Log(), "serves another connection") })
	d.signs(s, "while a second node asks")
	d.must(other.Kill())
}
