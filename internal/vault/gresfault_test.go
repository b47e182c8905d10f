package vault_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"pedigree/internal/vault"
	"pedigree/internal/vault/pgtest"
)

// serverKills is how often a server is killed.
const serverKills = 8

// stepsMax is more than the messages of the write that is cut at each of them.
const stepsMax = 40

// told is what the caller of a write was told.
type told int

const (
	kept told = iota
	notKept
	unsure
)

func tell(err error) told {
	switch {
	case err == nil:
		return kept
	case errors.Is(err, vault.ErrUnsure):
		return unsure
	}
	return notKept
}

// twoNotes writes a note twice, so that half of a write could be seen.
func twoNotes(v *vault.Vault, text string) error {
	return v.Update(context.Background(), func(tx *sql.Tx) error {
		for range 2 {
			if _, err := tx.Exec(`INSERT INTO note (text) VALUES ($1)`, text); err != nil {
				return err
			}
		}
		return nil
	})
}

// holds checks that what callers were told is what is there.
func holds(t *testing.T, v *vault.Vault, texts map[string]told) {
	t.Helper()
	for text, was := range texts {
		n := number(t, v, `SELECT COUNT(*) FROM note WHERE text = $1`, text)
		if want := map[told]int64{kept: 2, notKept: 0}; was != unsure && n != want[was] || n == 1 {
			t.Errorf("%s: told %d, there are %d", text, was, n)
		}
	}
}

// The line is cut at each message of a write in turn, before the server gets it
// and before its answer comes back. The vault is never opened again.
func TestALineCutAtAnyStepNeverMakesAWriteUntrue(t *testing.T) {
	for name, before := range map[string]bool{"before the server gets it": true, "before the answer comes": false} {
		t.Run(name, func(t *testing.T) {
			p, url := newProxy(t, pgtest.New(t))
			c := config(t, folder(t))
			c.URL, c.Name = url, "cut"
			v := open(t, c)
			if err := twoNotes(v, "first"); err != nil { // every statement is known to the connection
				t.Fatal(err)
			}
			texts, answers := map[string]told{"first": kept}, map[told]int{}
			for step := 1; ; step++ {
				if step == stepsMax {
					t.Fatalf("the write isn't over after %d messages", step)
				}
				p.arm(step, before, false)
				text := fmt.Sprint("step ", step)
				err := twoNotes(v, text)
				texts[text] = tell(err)
				cut := p.disarm()
				t.Logf("message %d: %v", step, err)
				if err != nil && !errors.Is(err, vault.ErrAway) {
					t.Errorf("message %d: %v", step, err)
				}
				if answers[texts[text]]++; !cut {
					break
				}
				if err := twoNotes(v, text+" again"); err != nil {
					t.Fatalf("after message %d was cut: %v", step, err)
				}
			}
			holds(t, v, texts)
			if answers[kept] == 0 || answers[notKept] == 0 || answers[unsure] > 0 {
				t.Errorf("the callers were told: %v", answers)
			}
		})
	}
}

// The server can't be asked what became of a commit: nobody is told that it was
// kept, and nothing is written before it is known.
func TestACommitOfWhichNothingIsKnownIsSettledFirst(t *testing.T) {
	p, url := newProxy(t, pgtest.New(t))
	c := config(t, folder(t))
	c.URL, c.Name, c.Wait = url, "unsure", 300*time.Millisecond
	v := open(t, c)
	if err := twoNotes(v, "first"); err != nil {
		t.Fatal(err)
	}
	texts, answers := map[string]told{}, map[told]int{}
	for _, before := range []bool{true, false} {
		for step := 1; step <= 6; step++ {
			p.arm(step, before, true)
			text := fmt.Sprint("step ", step, before)
			texts[text] = tell(twoNotes(v, text))
			answers[texts[text]]++
			if texts[text] == unsure {
				if err := twoNotes(v, "meanwhile"); !errors.Is(err, vault.ErrAway) {
					t.Errorf("meanwhile: %v", err)
				}
			}
			p.disarm()
			if err := twoNotes(v, text+" again"); err != nil {
				t.Fatal(err)
			}
		}
	}
	texts["meanwhile"] = notKept
	holds(t, v, texts)
	if answers[unsure] < 2 {
		t.Errorf("the callers were told: %v", answers)
	}
}

// Every process of the server is killed while writers work, again and again; the
// vault is never opened again.
func TestAKilledServerLosesNothingAcknowledged(t *testing.T) {
	server := pgtest.New(t)
	c := config(t, folder(t))
	c.URL, c.Name = server.URL(), "killed"
	v := open(t, c)
	var mu sync.Mutex
	texts, acknowledged := map[string]told{}, 0
	stop := make(chan struct{})
	var group sync.WaitGroup
	for writer := range 3 {
		group.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				text := fmt.Sprint("writer ", writer, " note ", i)
				err := v.Update(context.Background(), func(tx *sql.Tx) error {
					_, first := tx.Exec(`INSERT INTO note (text) VALUES ($1)`, text)
					_, slow := tx.Exec(`SELECT pg_sleep(0.01)`) // so that kills come here too, not in commits alone
					_, second := tx.Exec(`INSERT INTO note (text) VALUES ($1)`, text)
					return errors.Join(first, slow, second)
				})
				mu.Lock()
				if texts[text] = tell(err); err == nil {
					acknowledged++
				}
				mu.Unlock()
				if err != nil {
					time.Sleep(20 * time.Millisecond)
				}
			}
		})
	}
	progress := func(than int) int {
		for begun := time.Now(); time.Since(begun) < 3*time.Minute; time.Sleep(5 * time.Millisecond) {
			mu.Lock()
			n := acknowledged
			mu.Unlock()
			if n > than {
				return n
			}
		}
		t.Fatal("nothing is written any more")
		return 0
	}
	done := 0
	for range serverKills {
		done = progress(done + 5)
		server.Kill()
		if err := server.Start(); err != nil {
			t.Fatal(err)
		}
	}
	progress(done)
	close(stop)
	group.Wait()
	t.Logf("%d writes, %d acknowledged", len(texts), acknowledged)
	if acknowledged == len(texts) {
		t.Error("no kill met a write at work")
	}
	holds(t, v, texts)
	if err := v.Check(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestAServerThatIsDownIsSaidToBeAwayUntilItIsBack(t *testing.T) {
	server := pgtest.New(t)
	c := config(t, folder(t))
	c.URL, c.Name = server.URL(), "down"
	v := open(t, c)
	server.Stop()
	err := twoNotes(v, "lost")
	if !errors.Is(err, vault.ErrAway) || !vault.IsFault(err) || v.Err() != nil {
		t.Errorf("a write: %v", err)
	}
	if err := v.View(context.Background(), func(*sql.Tx) error { return nil }); !errors.Is(err, vault.ErrAway) {
		t.Errorf("a read: %v", err)
	}
	other := config(t, folder(t))
	other.URL, other.Name = server.URL(), "other"
	if _, err := vault.Open(context.Background(), other); !errors.Is(err, vault.ErrAway) {
		t.Errorf("opening: %v", err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	if err := twoNotes(v, "back"); err != nil {
		t.Error(err)
	}
	holds(t, v, map[string]told{"lost": notKept, "back": kept})
}

// administrate runs a statement as the server's administrator.
func administrate(t *testing.T, url, query string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(context.Background(), query); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// The session that holds the locks breaks, and another process opens the vault
// before it is back: the first one writes nothing more.
func TestAProcessThatLostItsVaultWritesNothingMore(t *testing.T) {
	server := pgtest.New(t)
	p, url := newProxy(t, server)
	first := config(t, folder(t))
	first.URL, first.Name = url, "taken"
	v := open(t, first)
	execute(t, v, `INSERT INTO note (text) VALUES ('of the first')`)
	second := config(t, folder(t))
	second.URL, second.Name = server.URL(), "taken" // another URL, so another process's connections
	if _, err := vault.Open(context.Background(), second); !errors.Is(err, vault.ErrInUse) {
		t.Fatalf("while the first has it: %v", err)
	}
	p.cut()
	var w *vault.Vault
	for begun := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		var err error
		if w, err = vault.Open(context.Background(), second); err == nil {
			break
		}
		if !errors.Is(err, vault.ErrInUse) || time.Since(begun) > 3*time.Minute {
			t.Fatal(err)
		}
	}
	defer w.Close()
	if err := tryExecute(v, `INSERT INTO note (text) VALUES ('too late')`); !errors.Is(err, vault.ErrInUse) || !errors.Is(err, vault.ErrFailed) {
		t.Errorf("the first was told: %v", err)
	}
	select {
	case <-v.Failed():
	default:
		t.Error("the first isn't told that it is over")
	}
	execute(t, w, `INSERT INTO note (text) VALUES ('of the second')`)
	if n := number(t, w, `SELECT COUNT(*) FROM note WHERE text LIKE 'of%'`); n != 2 {
		t.Errorf("%d notes are there", n)
	}
	if n := number(t, w, `SELECT COUNT(*) FROM note`); n != 2 {
		t.Errorf("%d notes are there", n)
	}
}

func TestAServerThatKeepsNoPromiseIsRefused(t *testing.T) {
	server := pgtest.New(t)
	for name, test := range map[string]struct{ change, back, says string }{
		"commits that aren't waited for": {`ALTER ROLE pedigree SET synchronous_commit = off`, `ALTER ROLE pedigree RESET synchronous_commit`, "synchronous_commit must not be off"},
		"a read-only server":             {`ALTER ROLE pedigree SET default_transaction_read_only = on`, `ALTER ROLE pedigree RESET default_transaction_read_only`, "the server must take writes"},
	} {
		administrate(t, server.URL(), test.change)
		_, err := vault.Connect(context.Background(), vault.ServerConfig{URL: server.URL()})
		if err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", name, err)
		}
		administrate(t, server.URL()+"&default_transaction_read_only=off", test.back)
	}
	s, err := vault.Connect(context.Background(), vault.ServerConfig{URL: server.URL()})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// More vaults than connections work at once on one server.
func TestManyVaultsShareFewConnections(t *testing.T) {
	const vaults, connections = 30, 6
	server := pgtest.New(t)
	s, err := vault.Connect(context.Background(), vault.ServerConfig{URL: server.URL(), Connections: connections})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	list := make([]*vault.Vault, vaults)
	for i := range list {
		c := config(t, folder(t))
		c.Server, c.Name = s, fmt.Sprint("org-", i)
		list[i] = open(t, c)
	}
	var group sync.WaitGroup
	for i, v := range list {
		group.Go(func() {
			for range 5 {
				if err := twoNotes(v, fmt.Sprint(i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	for i, v := range list {
		if n := number(t, v, `SELECT COUNT(*) FROM note WHERE text = $1`, fmt.Sprint(i)); n != 10 {
			t.Errorf("vault %d has %d notes of its own", i, n)
		}
		if n := number(t, v, `SELECT COUNT(*) FROM note`); n != 10 {
			t.Errorf("vault %d has %d notes", i, n)
		}
	}
	if n := number(t, list[0], `SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = 'pedigree'`); n > connections+1 {
		t.Errorf("%d connections are open", n)
	}
}
