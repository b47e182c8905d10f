package exchange

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"pedigree/internal/crash"
	"pedigree/internal/vault"
	"pedigree/internal/vault/pgtest"
	"pedigree/ledger/ledgertest"
)

// childTask tells this binary that it is a receiver's process, to be killed: it is
// the JSON of a receiver.
const childTask = "PEDIGREE_EXCHANGE_CHILD"

// receiver is the wholesaler in a process of its own.
type receiver struct {
	Dir   string
	URL   string // of the server of its store, or empty
	Name  string // of its store there
	Boxes map[string]Mailbox
	Step  crash.Point // at whose Nth passing it kills itself
	Nth   int
}

func TestMain(m *testing.M) {
	task := os.Getenv(childTask)
	if task == "" {
		os.Exit(pgtest.Twice(m))
	}
	if err := receive(task); err != nil {
		_, _ = io.WriteString(os.Stderr, err.Error()+"\n")
		os.Exit(1)
	}
}

// receive runs until its standard input ends, or a step kills it.
func receive(task string) error {
	var r receiver
	if err := json.Unmarshal([]byte(task), &r); err != nil {
		return err
	}
	reg := newRegistry()
	reg.boxes = r.Boxes
	v, err := r.open()
	if err != nil {
		return err
	}
	door, err := OpenDoor("127.0.0.1:0", slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	x, err := Open(Config{
		Vault: v, Dir: filepath.Join(r.Dir, "spool"), ChainID: ledgertest.ChainID, Sign: signer("wholesaler"), Directory: reg, Secret: ledgertest.HashOf("secret wholesaler"),
		Door: door, failAt: func(step crash.Point) error {
			if step == r.Step {
				if r.Nth--; r.Nth == 0 {
					return syscall.Kill(os.Getpid(), syscall.SIGKILL)
				}
			}
			return nil
		},
	})
	if err == nil {
		err = x.Register(Kind{Name: "parcel"})
	}
	if err != nil {
		return err
	}
	x.Start()
	_, _ = io.WriteString(os.Stdout, door.Addr().String()+"\n")
	_, _ = io.Copy(io.Discard, os.Stdin)
	x.Stop()
	return errors.Join(door.Close(), v.Close())
}

// open opens the store. A server needs a moment to see that the process before was killed.
func (r receiver) open() (*vault.Vault, error) {
	c := vault.Config{Dir: filepath.Join(r.Dir, "vault"), URL: r.URL, Name: r.Name, Key: ledgertest.HashOf("vault wholesaler"), Schemas: []vault.Schema{Schema}}
	for begun := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		v, err := vault.Open(context.Background(), c)
		if !errors.Is(err, vault.ErrInUse) || time.Since(begun) > time.Minute {
			return v, err
		}
	}
}

// start starts the process and returns its address and a way to end it.
func (r receiver) start(t *testing.T) (addr string, end func() error) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	task, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(self)
	c.Env = append(os.Environ(), childTask+"="+string(task))
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := false
	end = func() error {
		if ended {
			return nil
		}
		ended = true
		return errors.Join(in.Close(), c.Wait())
	}
	t.Cleanup(func() { _ = end() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the receiver's process gave no address: %v", err)
	}
	return strings.TrimSpace(line), end
}

// TestAProcessThatIsKilledAtAnyStepTakesALargeDeliveryOnce kills the receiver's
// process at each durable step of a delivery of 50 MB, and half-way through it.
func TestAProcessThatIsKilledAtAnyStepTakesALargeDeliveryOnce(t *testing.T) {
	w := newTown(t)
	dir := w.wholesaler.dir
	w.wholesaler.leave()
	plan := receiver{Dir: dir, Boxes: w.reg.boxes}
	if pgtest.OnServer() {
		plan.URL, plan.Name = pgtest.URL(t), place(t, "wholesaler", dir).Name
	}
	content := noise("large", 50_000_000)
	id := w.maker.parcel("wholesaler", content)
	for _, kill := range []struct {
		step crash.Point
		nth  int
	}{{crash.ExchangeOfferKept, 1}, {crash.ExchangePartKept, 1}, {crash.ExchangePartKept, 24}, {crash.ExchangePayloadKept, 1}, {crash.ExchangeInboxKept, 1}} {
		victim := plan
		victim.Step, victim.Nth = kill.step, kill.nth
		addr, end := victim.start(t)
		w.moved(addr)
		w.maker.turn()
		if s := w.maker.sent(id); s.State != "sending" {
			t.Errorf("killed at %q the receiver's delivery is %s", kill.step, s.State)
		}
		if err := end(); err == nil || !strings.Contains(err.Error(), "killed") {
			t.Errorf("at %q the process was not killed: %v", kill.step, err)
		}
	}
	addr, end := plan.start(t)
	w.moved(addr)
	w.maker.turn()
	if s := w.maker.sent(id); s.State != "delivered" {
		t.Errorf("it is %s: %s", s.State, s.Reason)
	}
	if err := end(); err != nil {
		t.Error(err)
	}
	w.wholesaler = move(t, w.reg, w.clock, "wholesaler", dir)
	if got := w.wholesaler.inbox(); len(got) != 1 || !bytes.Equal(w.wholesaler.content(id), content) {
		t.Errorf("the wholesaler has %d deliveries, or not what was sent", len(got))
	}
	w.clean(t)
}

// moved notes another address of the wholesaler, and lets pauses pass.
func (w *town) moved(addr string) {
	w.reg.change(func() {
		m := w.reg.boxes["wholesaler"]
		m.Addr = addr
		w.reg.boxes["wholesaler"] = m
	})
	w.clock.pass(time.Hour)
}
