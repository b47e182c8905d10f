package engine

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// childEnv tells this test binary to be a node that a test will kill.
const childEnv = "PEDIGREE_ENGINE_CHILD"

func TestMain(m *testing.M) {
	if text := os.Getenv(childEnv); text != "" {
		if err := runChild(text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// childMost ends a child whose parent forgot it.
const childMost = 10 * time.Minute

// childOrder is what a child is told.
type childOrder struct {
	Home    string
	Genesis Genesis
	// Run distinguishes the transactions of one child from another's.
	Run int
	// InFlight is how many transactions wait for their block at a time.
	InFlight int
	// Signer makes the child the host that signs, in Home; Remote makes it a node
	// that such a host signs for.
	Signer, Remote *farEnd
}

// runChild runs a single node under load and prints one line per transaction
// that is committed. It ends only when it is killed, or fails.
func runChild(text string) error {
	var order childOrder
	if err := json.Unmarshal([]byte(text), &order); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), childMost)
	defer cancel()
	if order.Signer != nil {
		return order.Signer.sign(ctx, order.Home)
	}
	s, config := &site{home: order.Home}, Config{Profile: Single, Genesis: order.Genesis}
	if order.Remote != nil {
		if err := order.Remote.use(&config); err != nil {
			return err
		}
	}
	if err := s.start(ctx, config); err != nil {
		return err
	}
	sub, err := s.node.Subscribe(0)
	if err != nil {
		return err
	}
	fmt.Println("ready", s.node.Height())
	slots := make(chan struct{}, order.InFlight)
	go func() {
		for i := 0; ctx.Err() == nil; i++ {
			slots <- struct{}{}
			if err := s.node.Submit(ctx, fmt.Appendf(nil, "run %d tx %d", order.Run, i)); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
		}
	}()
	for {
		select {
		case b, ok := <-sub.Blocks():
			if !ok {
				return sub.Err()
			}
			for _, tx := range b.Txs {
				fmt.Println("ack", string(tx))
				<-slots
			}
		case <-s.node.Failed():
			return s.node.Err()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// child is a running child process and what it has answered for.
type child struct {
	cmd  *exec.Cmd
	acks []string
	done chan struct{}
	// enough is closed once that many answers came.
	enough chan struct{}
}

func startChild(t *testing.T, order childOrder, enough int, env ...string) *child {
	t.Helper()
	text, err := json.Marshal(order)
	must(t, err)
	c := &child{cmd: exec.Command(os.Args[0]), done: make(chan struct{}), enough: make(chan struct{})}
	c.cmd.Env = append(append(os.Environ(), childEnv+"="+string(text)), env...)
	c.cmd.Stderr = os.Stderr
	out, err := c.cmd.StdoutPipe()
	must(t, err)
	must(t, c.cmd.Start())
	go func() {
		defer close(c.done)
		lines := bufio.NewReader(out)
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				return // a line cut short was not said
			}
			if tx, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "ack "); ok {
				c.acks = append(c.acks, tx)
				if len(c.acks) == enough {
					close(c.enough)
				}
			}
		}
	}()
	t.Cleanup(func() { _ = c.cmd.Process.Kill() })
	return c
}

// kill ends the child as the kernel would, and returns what it answered for.
func (c *child) kill(t *testing.T) []string {
	t.Helper()
	must(t, c.cmd.Process.Kill())
	<-c.done
	_ = c.cmd.Wait()
	return c.acks
}
