//go:build linux && (amd64 || arm64)

package netns

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"
)

// Lane is one namespace.
type Lane struct {
	// Addr is its IPv4 address on the bridge.
	Addr   string
	cable  string // its end at the bridge
	holder *exec.Cmd
	stack  *os.File // the namespace itself
}

// newLane makes a namespace and its cable to the bridge.
func newLane(bridge string, network, number int) (*Lane, error) {
	l := &Lane{Addr: fmt.Sprintf("10.213.%d.%d", network, number)}
	var err error
	if l.holder, err = holder(); err != nil {
		return nil, err
	}
	pid := strconv.Itoa(l.holder.Process.Pid)
	if l.stack, err = os.Open("/proc/" + pid + "/ns/net"); err != nil {
		return nil, errors.Join(err, l.close())
	}
	cable := fmt.Sprintf("%s-%d", bridge, number)
	if err = system("ip", "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", pid); err == nil {
		l.cable = cable
		err = system("ip", "link", "set", cable, "master", bridge, "up")
	}
	for _, args := range [][]string{
		{"ip", "link", "set", "lo", "up"},
		{"ip", "addr", "add", l.Addr + "/24", "dev", "eth0"},
		{"ip", "link", "set", "eth0", "up"},
	} {
		if err == nil {
			err = l.system(args...)
		}
	}
	if err != nil {
		return nil, errors.Join(err, l.close())
	}
	return l, nil
}

// close removes the cable before the namespace, which the system takes its time to
// end, so that the next net finds the name free.
func (l *Lane) close() error {
	var err error
	if l.cable != "" {
		err = system("ip", "link", "delete", l.cable)
	}
	err = errors.Join(err, l.holder.Process.Kill())
	_ = l.holder.Wait() // says that it was killed
	if l.stack != nil {
		err = errors.Join(err, l.stack.Close())
	}
	return err
}

// Wrap is what to put before a command so that it runs in the lane, as the same
// process.
func (l *Lane) Wrap() []string {
	return []string{"nsenter", fmt.Sprintf("--net=/proc/%d/ns/net", l.holder.Process.Pid), "--"}
}

// Command is a command that runs in the lane.
func (l *Lane) Command(name string, args ...string) *exec.Cmd {
	line := append(append(l.Wrap(), name), args...)
	return exec.Command(line[0], line[1:]...)
}

func (l *Lane) system(args ...string) error {
	line := append(l.Wrap(), args...)
	return system(line[0], line[1:]...)
}

// Drop lets nothing in that another lane sends: half of a cut link.
func (l *Lane) Drop(from *Lane) error {
	return l.system("iptables", "-w", "-A", "INPUT", "-s", from.Addr, "-j", "DROP")
}

// Lose drops a share of the packets that come in from the bridge, from 0 to 1.
func (l *Lane) Lose(share float64) error {
	return l.system("iptables", "-w", "-A", "INPUT", "-i", "eth0", "-m", "statistic", "--mode", "random",
		"--probability", strconv.FormatFloat(share, 'f', 3, 64), "-j", "DROP")
}

// Slow lets no more out than so many bits each second.
func (l *Lane) Slow(bitsPerSecond int) error {
	return l.system("tc", "qdisc", "replace", "dev", "eth0", "root", "tbf",
		"rate", strconv.Itoa(bitsPerSecond)+"bit", "burst", "32kb", "latency", "400ms")
}

// Heal takes all faults away.
func (l *Lane) Heal() error {
	_ = l.system("tc", "qdisc", "del", "dev", "eth0", "root") // fails when Slow wasn't called
	return l.system("iptables", "-w", "-F", "INPUT")
}

// Dial connects to an address as a process in the lane would. It stands in for
// http.Transport.DialContext.
func (l *Lane) Dial(ctx context.Context, network, addr string) (net.Conn, error) {
	type answer struct {
		conn net.Conn
		err  error
	}
	got := make(chan answer, 1)
	go func() {
		// A socket belongs to the namespace of the thread that makes it. A thread
		// that can't be brought back ends with its goroutine, for it stays locked.
		runtime.LockOSThread()
		conn, err := l.dialHere(ctx, network, addr)
		got <- answer{conn, err}
	}()
	a := <-got
	return a.conn, a.err
}

func (l *Lane) dialHere(ctx context.Context, network, addr string) (net.Conn, error) {
	own, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		return nil, err
	}
	defer own.Close()
	if err := enter(l.stack); err != nil {
		return nil, err
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
	if back := enter(own); back == nil {
		runtime.UnlockOSThread()
	}
	return conn, err
}

// enter moves this thread to a network namespace.
func enter(stack *os.File) error {
	if _, _, errno := syscall.RawSyscall(setns, stack.Fd(), syscall.CLONE_NEWNET, 0); errno != 0 {
		return fmt.Errorf("couldn't enter a network namespace: %w", errno)
	}
	return nil
}
