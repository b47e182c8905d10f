//go:build linux && (amd64 || arm64)

package netns

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// Net is some lanes on one bridge.
type Net struct {
	Lanes  []*Lane
	bridge string
}

// Usable says why no net can be made here; nil when one can.
func Usable() error {
	if os.Geteuid() != 0 {
		return errors.New("network namespaces need root")
	}
	for _, tool := range []string{"ip", "nsenter", "iptables", "tc"} {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("network namespaces need the command %s: run make setup as root", tool)
		}
	}
	n, err := New(1)
	if err != nil {
		return err
	}
	return errors.Join(n.Lanes[0].Lose(0.5), n.Lanes[0].Heal(), n.Close())
}

// New makes so many lanes. Close the net.
func New(lanes int) (*Net, error) {
	if lanes < 1 || lanes > LanesMax {
		return nil, fmt.Errorf("couldn't make a net of %d lanes: it has 1 to %d", lanes, LanesMax)
	}
	n := &Net{}
	number, err := n.claim()
	if err != nil {
		return nil, err
	}
	for i := range lanes {
		l, err := newLane(n.bridge, number, i+1)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("couldn't make a network namespace: %w", err), n.Close())
		}
		n.Lanes = append(n.Lanes, l)
	}
	return n, nil
}

// claim makes the bridge under the first name that nobody uses.
func (n *Net) claim() (number int, err error) {
	for number = 1; number <= netsMax; number++ {
		name := fmt.Sprintf("pdg-%d", number)
		if err = system("ip", "link", "add", name, "type", "bridge"); err == nil {
			n.bridge = name
			return number, system("ip", "link", "set", name, "up")
		}
		if !strings.Contains(err.Error(), "exists") {
			break
		}
	}
	return 0, fmt.Errorf("couldn't make a bridge: %w", err)
}

// Close ends every process's network and removes the bridge. Processes in a lane
// must have ended.
func (n *Net) Close() error {
	var errs []error
	for _, l := range n.Lanes {
		errs = append(errs, l.close())
	}
	if n.bridge != "" {
		errs = append(errs, system("ip", "link", "delete", n.bridge))
	}
	return errors.Join(errs...)
}

// system runs a command of the system.
func system(name string, args ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), commandWait)
	defer cancel()
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}

// holder is the process whose end ends a namespace.
func holder() (*exec.Cmd, error) {
	c := exec.Command("sleep", "infinity")
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL, Setpgid: true}
	return c, c.Start()
}
