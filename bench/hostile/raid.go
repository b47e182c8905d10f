//go:build linux

package hostile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// raidEnv tells a program that it is the attackers: the address of the node and its
// home, with a line between.
const raidEnv = "PEDIGREE_HOSTILE_RAID"

// Raid are attackers in a process of their own.
type Raid struct {
	process *exec.Cmd
	stop    io.Closer
	answer  strings.Builder
}

// raidResult is what the process says at its end.
type raidResult struct {
	Attacks int
	Faults  []string
}

// Raid runs all attacks again and again, so many side by side, and slow connections
// beside them. The caller's program must begin with a call of Raiding.
func (n *Node) Raid(sideBySide int) (*Raid, error) {
	if os.Getenv(raidEnv) != "" {
		return nil, errors.New("couldn't start the attackers: this program is them, and doesn't begin with Raiding")
	}
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("couldn't find this program: %w", err)
	}
	r := &Raid{process: exec.Command(self)}
	r.process.Env = append(os.Environ(), fmt.Sprintf("%s=%s\n%s\n%d", raidEnv, n.Addr, n.Home, sideBySide))
	r.process.Stdout, r.process.Stderr = &r.answer, os.Stderr
	r.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if r.stop, err = r.process.StdinPipe(); err != nil {
		return nil, fmt.Errorf("couldn't start the attackers: %w", err)
	}
	if err := r.process.Start(); err != nil {
		return nil, fmt.Errorf("couldn't start the attackers: %w", err)
	}
	return r, nil
}

// End stops the attackers and returns how often they attacked. What the node
// answered wrongly is an error.
func (r *Raid) End() (attacks int, err error) {
	if err := errors.Join(r.stop.Close(), r.process.Wait()); err != nil {
		return 0, fmt.Errorf("couldn't end the attackers: %w", err)
	}
	var got raidResult
	if err := json.Unmarshal([]byte(r.answer.String()), &got); err != nil {
		return 0, fmt.Errorf("couldn't learn how the attacks went: %w", err)
	}
	if len(got.Faults) > 0 {
		return got.Attacks, fmt.Errorf("%d attacks were answered wrongly, first: %s", len(got.Faults), got.Faults[0])
	}
	return got.Attacks, nil
}

// Raiding runs the attackers when this process is to be them, until its input ends,
// and tells whether it was.
func Raiding() bool {
	var order [3]string
	if copy(order[:], strings.Split(os.Getenv(raidEnv), "\n")) != len(order) {
		return false
	}
	var sideBySide int
	_, err := fmt.Sscan(order[2], &sideBySide)
	got := raidResult{}
	if err == nil {
		err = stepBack()
	}
	if err == nil {
		got, err = raid(order[0], order[1], sideBySide)
	}
	if err != nil {
		got.Faults = append(got.Faults, err.Error())
	}
	if err := json.NewEncoder(os.Stdout).Encode(got); err != nil {
		fmt.Fprintln(os.Stderr, err) // the parent misses the answer and says so
	}
	return true
}

// stepBack lets this process run only where no other one wants to. The attackers stand
// for other machines, whose work takes no processor from the node.
func stepBack() error {
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return fmt.Errorf("couldn't list the attackers' threads: %w", err)
	}
	for _, t := range threads { // those that come later are like the one that starts them
		id, err := strconv.Atoi(t.Name())
		if err == nil {
			err = unix.SchedSetAttr(id, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_IDLE}, 0)
		}
		if err != nil && !errors.Is(err, unix.ESRCH) {
			return fmt.Errorf("couldn't let the attackers step back: %w", err)
		}
	}
	return nil
}

func raid(addr, home string, sideBySide int) (raidResult, error) {
	n := &Node{Addr: addr, Home: home, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: sideBySide}}}
	var err error
	if n.token, err = readToken(filepath.Join(home, "api.token")); err != nil {
		return raidResult{}, err
	}
	ctx, end := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // until the parent closes it
		end()
	}()
	var all sync.WaitGroup
	results := make([]raidResult, sideBySide)
	for i := range sideBySide {
		all.Go(func() { results[i] = n.attackOn(ctx, i, sideBySide) })
	}
	err = n.SlowConnections(ctx)
	all.Wait()
	var sum raidResult
	for _, r := range results {
		sum.Attacks += r.Attacks
		sum.Faults = append(sum.Faults, r.Faults...)
	}
	return sum, err
}

// attackOn runs every step-th attack, from the first-th on, until ctx ends.
func (n *Node) attackOn(ctx context.Context, first, step int) (r raidResult) {
	list := Attacks()
	for at := first; ctx.Err() == nil; at += step {
		a := list[at%len(list)]
		got, err := n.Attack(context.WithoutCancel(ctx), a)
		fault := a.Fault(got)
		if err != nil {
			fault = err.Error()
		}
		if fault != "" {
			r.Faults = append(r.Faults, a.Name+": "+fault)
		}
		r.Attacks++
	}
	return r
}
