package vault_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"pedigree/internal/vault"
)

const (
	crashes       = 12
	rowsInStep    = 50
	documentSizes = 6 * mib // more than is written in one transaction
)

// crashConfig is the vault that is killed. One step of work writes rows into
// two tables, and its number into a job.
func crashConfig(dir string) vault.Config {
	return vault.Config{
		Dir: dir, Key: key, Logger: slog.New(slog.DiscardHandler),
		Schemas: []vault.Schema{
			{Name: "pair", Steps: []string{`CREATE TABLE pair_left (step INTEGER, row INTEGER, PRIMARY KEY (step, row));
				CREATE TABLE pair_right (step INTEGER, row INTEGER, PRIMARY KEY (step, row))`}},
		},
	}
}

// writeForEver does one step after another, and beside it keeps documents and
// examines them, until it is killed.
func writeForEver(ctx context.Context, dir string) error {
	v, err := vault.Open(ctx, crashConfig(dir))
	if err != nil {
		return err
	}
	job, err := crashJob(ctx, v)
	if err != nil {
		return err
	}
	first, err := count(v, `SELECT COALESCE(MAX(step), -1) + 1 FROM pair_left`)
	if err != nil {
		return err
	}
	failed := make(chan error)
	go func() {
		for step := first; ; step++ {
			if err := v.Update(ctx, func(tx *sql.Tx) error { return writeStep(ctx, v, tx, job, step) }); err != nil {
				failed <- err
			}
			fmt.Println("step", step)
		}
	}()
	go func() {
		for {
			if err := keepOne(ctx, v); err != nil {
				failed <- err
			}
		}
	}()
	return <-failed
}

func crashJob(ctx context.Context, v *vault.Vault) (vault.Job, error) {
	list, err := v.Jobs(ctx, vault.JobFilter{Kind: "crash"})
	if err != nil || len(list) == 1 {
		return append(list, vault.Job{})[0], err
	}
	var j vault.Job
	err = v.Update(ctx, func(tx *sql.Tx) (err error) {
		j, err = v.StartJob(ctx, tx, "crash", nil, nil)
		return err
	})
	return j, err
}

func writeStep(ctx context.Context, v *vault.Vault, tx *sql.Tx, job vault.Job, step int64) error {
	for _, table := range []string{"pair_left", "pair_right"} {
		b, err := vault.NewBulkInsert(ctx, tx, vault.BulkTable{Name: table, Columns: []string{"step", "row"}})
		if err != nil {
			return err
		}
		for row := range rowsInStep {
			if err := b.Add(step, row); err != nil {
				return err
			}
		}
		if _, err := b.Flush(); err != nil {
			return err
		}
	}
	job.Cursor = fmt.Append(nil, step)
	return v.SaveJob(ctx, tx, job)
}

// keepOne keeps a document of some size and says so.
func keepOne(ctx context.Context, v *vault.Vault) error {
	seed := rand.Uint64N(1 << 24)
	b := content(seed, rand.IntN(documentSizes))
	d, _, err := v.PutDocument(ctx, info, bytes.NewReader(b))
	if err != nil {
		return err
	}
	fmt.Println("document", d.ID, fmt.Sprintf("%x", sha256.Sum256(b)))
	return nil
}

func count(v *vault.Vault, query string) (n int64, err error) {
	err = v.View(context.Background(), func(tx *sql.Tx) error { return tx.QueryRow(query).Scan(&n) })
	return n, err
}

// A process is killed at random moments, again and again in the same folder.
// This shows that no write is cut in two by the end of a process; that a loss of
// power keeps what was synced is SQLite's own promise and needs other tools.
func TestAKilledProcessLosesNothingAcknowledgedAndLeavesNothingHalf(t *testing.T) {
	dir := folder(t)
	seed := time.Now().UnixNano()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(uint64(seed), 0))
	seen := map[int64]bool{} // documents that were checked
	for round := range crashes {
		c := startChild(t, "write for ever", dir)
		// However busy the machine, a document is kept in every other round.
		for begun := time.Now(); len(c.said()) < 3 || round%2 == 0 && !strings.Contains(strings.Join(c.said(), "\n"), "document "); time.Sleep(time.Millisecond) {
			if time.Since(begun) > 3*time.Minute {
				t.Fatal("it doesn't start: " + c.errors.String())
			}
		}
		time.Sleep(time.Duration(random.IntN(150_000)) * time.Microsecond)
		if err := c.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := c.end(); err == nil || c.errors.Len() > 0 {
			t.Fatalf("it ended by itself: %v: %s", err, c.errors.String())
		}
		examine(t, dir, round, c.said(), seen)
	}
	if len(seen) < crashes/2 {
		t.Errorf("only %d documents were kept in %d rounds", len(seen), crashes)
	}
}

// examine opens the vault of a killed process.
func examine(t *testing.T, dir string, round int, acknowledged []string, seen map[int64]bool) {
	t.Helper()
	v, err := vault.Open(context.Background(), crashConfig(dir))
	if err != nil {
		t.Fatalf("round %d: %v", round, err)
	}
	defer func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := v.Check(context.Background()); err != nil {
		t.Errorf("round %d: %v", round, err)
	}
	steps := number(t, v, `SELECT MAX(step) + 1 FROM pair_left`)
	for _, line := range acknowledged {
		var step, id int64
		var sum string
		if n, _ := fmt.Sscanf(line, "step %d", &step); n == 1 && step >= steps {
			t.Errorf("round %d: step %d was acknowledged, %d are there", round, step, steps)
		}
		if n, _ := fmt.Sscanf(line, "document %d %s", &id, &sum); n == 2 {
			if err := whole(v, id, sum); err != nil {
				t.Errorf("round %d: document %d was acknowledged: %v", round, id, err)
			}
			seen[id] = true
		}
	}
	t.Logf("round %d: %d acknowledged, %d steps", round, len(acknowledged), steps)
	examineSteps(t, v, round, steps)
	examineDocuments(t, v, round, seen)
}

// examineSteps checks that every step that is there is there whole.
func examineSteps(t *testing.T, v *vault.Vault, round int, steps int64) {
	t.Helper()
	for query, want := range map[string]int64{
		`SELECT COUNT(*) FROM pair_left`:                                                  steps * rowsInStep,
		`SELECT COUNT(*) FROM pair_right`:                                                 steps * rowsInStep,
		`SELECT CAST(CAST(place AS TEXT) AS INTEGER) FROM vault_job WHERE kind = 'crash'`: steps - 1,
	} {
		if got := number(t, v, query); got != want {
			t.Errorf("round %d: %s gave %d, want %d", round, query, got, want)
		}
	}
}

// examineDocuments checks that the documents that nobody was told of are whole
// too, and that the table has nothing else.
func examineDocuments(t *testing.T, v *vault.Vault, round int, seen map[int64]bool) {
	t.Helper()
	list, err := v.Documents(context.Background(), vault.DocumentFilter{})
	if err != nil {
		t.Fatalf("round %d: %v", round, err)
	}
	var bytes int64
	for _, d := range list {
		bytes += d.Size
		if seen[d.ID] {
			continue
		}
		if err := whole(v, d.ID, fmt.Sprintf("%x", d.SHA256)); err != nil {
			t.Errorf("round %d: document %d: %v", round, d.ID, err)
		}
	}
	s, err := v.Stats(context.Background())
	if err != nil || s.Documents != int64(len(list)) || s.DocumentBytes != bytes {
		t.Errorf("round %d: %d documents of %d bytes were counted as %+v, %v", round, len(list), bytes, s, err)
	}
	if n := number(t, v, `SELECT COUNT(*) FROM vault_document`); n != int64(len(list)) {
		t.Errorf("round %d: %d of %d documents can be seen", round, len(list), n)
	}
	if n := number(t, v, `SELECT COUNT(*) FROM vault_chunk WHERE document NOT IN (SELECT id FROM vault_document)`); n != 0 {
		t.Errorf("round %d: %d chunks belong to nothing", round, n)
	}
}

// whole reads a document and compares its hash.
func whole(v *vault.Vault, id int64, sum string) error {
	b, _, err := get(v, id)
	if err != nil {
		return err
	}
	if got := fmt.Sprintf("%x", sha256.Sum256(b)); got != sum {
		return fmt.Errorf("its hash is %s, not %s", got, sum)
	}
	return nil
}

// stopInADocument keeps one whole document, and half of another.
func stopInADocument(ctx context.Context, dir string) error {
	v, err := vault.Open(ctx, crashConfig(dir))
	if err != nil {
		return err
	}
	if _, _, err := v.PutDocument(ctx, info, bytes.NewReader(content(1, 5*mib))); err != nil {
		return err
	}
	forEver := readFunc(func([]byte) (int, error) {
		fmt.Println("half of it was read")
		select {}
	})
	_, _, err = v.PutDocument(ctx, info, io.MultiReader(bytes.NewReader(content(2, 9*mib)), forEver))
	return err
}

func TestADocumentThatArrivesDuringACrashIsDropped(t *testing.T) {
	dir := folder(t)
	c := startChild(t, "stop in a document", dir)
	for begun := time.Now(); len(c.said()) == 0 && time.Since(begun) < time.Minute; {
		time.Sleep(time.Millisecond)
	}
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.end() // killed
	var log bytes.Buffer
	config := crashConfig(dir)
	config.Logger = slog.New(slog.NewTextHandler(&log, nil))
	v := open(t, config)
	if !strings.Contains(log.String(), "documents=1") {
		t.Errorf("the log says: %s%s", log.String(), c.errors.String())
	}
	if n := number(t, v, `SELECT COUNT(*) FROM vault_chunk`); n != 5 {
		t.Errorf("%d chunks are there", n)
	}
	if list, err := v.Documents(context.Background(), vault.DocumentFilter{}); err != nil || len(list) != 1 {
		t.Errorf("%d documents are there, %v", len(list), err)
	}
	put(t, v, info, content(2, 9*mib))
}

// Two processes never work on one folder, whatever the second is told.
func TestASecondProcessIsTurnedAway(t *testing.T) {
	dir := folder(t)
	c := startChild(t, "write for ever", dir)
	for begun := time.Now(); len(c.said()) == 0 && time.Since(begun) < time.Minute; {
		time.Sleep(time.Millisecond)
	}
	_, err := vault.Open(context.Background(), crashConfig(dir))
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.end() // killed
	if !errors.Is(err, vault.ErrInUse) {
		t.Errorf("the second was told: %v", err)
	}
	v, err := vault.Open(context.Background(), crashConfig(dir))
	if err != nil {
		t.Fatalf("after the first was killed: %v", err)
	}
	if err := v.Close(); err != nil {
		t.Error(err)
	}
}
