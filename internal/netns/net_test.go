package netns_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pedigree/internal/netns"
)

// childVariable tells this test binary to answer connections.
const childVariable = "PEDIGREE_NETNS_CHILD"

const (
	answered = 10 * time.Second
	cut      = 500 * time.Millisecond // a connection that can't be made is given up
)

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		os.Exit(answer())
	}
	os.Exit(m.Run())
}

// answer greets whoever connects, until it is killed.
func answer() int {
	l, err := net.Listen("tcp", ":7000")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println("ready")
	for {
		conn, err := l.Accept()
		if err != nil {
			return 1
		}
		_, _ = conn.Write([]byte("hello\n"))
		_ = conn.Close()
	}
}

func newNet(t *testing.T, lanes int) *netns.Net {
	t.Helper()
	if err := netns.Usable(); err != nil {
		t.Skipf("needs root and network namespaces: %v", err)
	}
	n, err := netns.New(lanes)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
	return n
}

// serve runs this binary in a lane.
func serve(t *testing.T, l *netns.Lane) {
	t.Helper()
	cmd := l.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"=1")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "ready\n" {
		t.Fatalf("%q, %v", line, err)
	}
}

// greeted says whether a process in one lane is answered by the one in another.
func greeted(from, to *netns.Lane, wait time.Duration) bool {
	ctx, cancel := context.WithTimeout(context.Background(), wait)
	defer cancel()
	conn, err := from.Dial(ctx, "tcp", to.Addr+":7000")
	if err != nil {
		return false
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(wait))
	line, err := bufio.NewReader(conn).ReadString('\n')
	return err == nil && line == "hello\n"
}

func TestALinkIsCutOneWayAndHealed(t *testing.T) {
	n := newNet(t, 3)
	for _, l := range n.Lanes {
		serve(t, l)
	}
	a, b, c := n.Lanes[0], n.Lanes[1], n.Lanes[2]
	if !greeted(a, b, answered) || !greeted(b, a, answered) || !greeted(c, a, answered) {
		t.Fatal("the lanes do not reach each other")
	}
	if err := a.Drop(b); err != nil {
		t.Fatal(err)
	}
	if greeted(b, a, cut) || greeted(a, b, cut) {
		t.Error("what should be dropped arrives: no connection is made without answers")
	}
	if !greeted(c, a, answered) || !greeted(c, b, answered) {
		t.Error("another link was cut too")
	}
	if err := a.Heal(); err != nil {
		t.Fatal(err)
	}
	if !greeted(b, a, answered) {
		t.Error("the link did not heal")
	}
}

func TestALaneReachesItselfWhateverHappensToItsLinks(t *testing.T) {
	n := newNet(t, 2)
	a := n.Lanes[0]
	serve(t, a)
	if err := a.Lose(1); err != nil {
		t.Fatal(err)
	}
	if err := a.Slow(64_000); err != nil {
		t.Fatal(err)
	}
	if !greeted(a, a, answered) {
		t.Error("the loopback of the lane was cut")
	}
	if greeted(n.Lanes[1], a, cut) {
		t.Error("a lane that loses everything was reached")
	}
	if err := a.Heal(); err != nil {
		t.Fatal(err)
	}
	if !greeted(n.Lanes[1], a, answered) {
		t.Error("the lane did not heal")
	}
}

func TestDialLeavesEveryThreadInItsOwnNamespace(t *testing.T) {
	n := newNet(t, 2)
	serve(t, n.Lanes[0])
	own, err := os.Readlink("/proc/self/ns/net")
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if !greeted(n.Lanes[1], n.Lanes[0], answered) {
			t.Fatal("the lane is not reached by Dial")
		}
	}
	threads, err := filepath.Glob("/proc/self/task/*/ns/net")
	if err != nil || len(threads) == 0 {
		t.Fatalf("%d threads, %v", len(threads), err)
	}
	for _, thread := range threads {
		if stack, err := os.Readlink(thread); err == nil && stack != own {
			t.Errorf("%s is in %s, not in %s", thread, stack, own)
		}
	}
}

func TestAnImpossibleNetIsRefused(t *testing.T) {
	for _, lanes := range []int{0, -1, netns.LanesMax + 1} {
		if _, err := netns.New(lanes); err == nil {
			t.Errorf("a net of %d lanes was made", lanes)
		}
	}
}
