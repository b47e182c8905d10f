package vault_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"pedigree/internal/vault"
)

var _ = addTask("write until full", writeUntilFull)

// writeUntilFull limits the size of files, so that the kernel refuses a write
// as it would on a full or broken disk, and says what the vault does then. The
// size counts from now and is given by the file named room in the folder above.
func writeUntilFull(ctx context.Context, dir string) error {
	v, err := vault.Open(ctx, crashConfig(dir))
	if err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(filepath.Dir(dir), "room"))
	if err != nil {
		return err
	}
	var room uint64
	if _, err := fmt.Sscan(string(text), &room); err != nil {
		return err
	}
	log, err := os.Stat(filepath.Join(dir, "vault.db-wal"))
	if err != nil {
		return err
	}
	signal.Ignore(syscall.SIGXFSZ) // by default it ends the process
	limit := syscall.Rlimit{Cur: uint64(log.Size()) + room, Max: uint64(log.Size()) + room}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	insert := func(n int) error {
		return v.Update(ctx, func(tx *sql.Tx) error {
			for row := range 50 {
				if _, err := tx.Exec(`INSERT INTO pair_left (step, row) VALUES ($1, $2)`, n, row); err != nil {
					return err
				}
			}
			_, err := tx.Exec(`INSERT INTO pair_right (step, row) VALUES ($1, 0)`, n)
			return err
		})
	}
	n := 0
	for ; err == nil; n++ {
		if err = insert(n); err == nil {
			fmt.Println("step", n)
		}
	}
	fmt.Println("failed:", errors.Is(err, vault.ErrFailed), err)
	// Room again, as after somebody has cleaned up: it must make no difference.
	again := insert(n)
	fmt.Println("again:", errors.Is(again, vault.ErrFailed), again)
	_, _, putErr := v.PutDocument(ctx, info, strings.NewReader("small"))
	fmt.Println("document:", errors.Is(putErr, vault.ErrFailed), putErr)
	select {
	case <-v.Failed():
		fmt.Println("told:", errors.Is(v.Err(), vault.ErrFailed))
	default:
	}
	var seen int
	err = v.View(ctx, func(tx *sql.Tx) error { return tx.QueryRow(`SELECT COUNT(*) FROM pair_right`).Scan(&seen) })
	fmt.Println("read:", seen, err)
	return nil
}

func TestAWriteThatTheDiskRefusesIsTheLast(t *testing.T) {
	for _, room := range []int{0, 5_000, 100_000, 1_000_000} {
		t.Run(fmt.Sprint(room), func(t *testing.T) {
			dir := folder(t)
			v := open(t, crashConfig(dir)) // the tables are there before the disk is full
			if err := v.Close(); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(filepath.Dir(dir), "room"), fmt.Append(nil, room), 0o600); err != nil {
				t.Fatal(err)
			}
			c := startChild(t, "write until full", dir)
			if err := c.end(); err != nil {
				t.Fatalf("%v: %s", err, c.errors.String())
			}
			steps := 0
			var rest []string
			for _, line := range c.said() {
				if strings.HasPrefix(line, "step ") {
					steps++
				} else {
					rest = append(rest, line)
				}
			}
			t.Logf("%d steps, then %q", steps, rest)
			wantRefusals(t, rest, steps)

			v = open(t, crashConfig(dir))
			if err := v.Check(context.Background()); err != nil {
				t.Error(err)
			}
			left, right := number(t, v, `SELECT COUNT(*) FROM pair_left`), number(t, v, `SELECT COUNT(*) FROM pair_right`)
			if right != int64(steps) || left != 50*right {
				t.Errorf("%d steps were acknowledged, %d are there with %d rows", steps, right, left)
			}
			execute(t, v, `INSERT INTO pair_right (step, row) VALUES (-1, 0)`)
		})
	}
}

func wantRefusals(t *testing.T, lines []string, steps int) {
	t.Helper()
	want := []string{"failed: true", "again: true", "document: true", "told: true", fmt.Sprintf("read: %d <nil>", steps)}
	if len(lines) != len(want) {
		t.Fatalf("it said %q", lines)
	}
	for i := range want {
		if !strings.HasPrefix(lines[i], want[i]) {
			t.Errorf("it said %q, want %q", lines[i], want[i])
		}
	}
	if !strings.Contains(lines[1], "restart the node") || !strings.Contains(lines[1], "disk I/O error") {
		t.Errorf("it doesn't say why, or what to do: %s", lines[1])
	}
}
