package vault_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"pedigree/internal/vault"
)

func TestABackupMadeDuringWritesIsAVaultOfOneMoment(t *testing.T) {
	onBoth(t, testABackupMadeDuringWritesIsAVaultOfOneMoment)
}

func testABackupMadeDuringWritesIsAVaultOfOneMoment(t *testing.T, db store) {
	c := db.config(t, folder(t))
	c.Schemas = append(c.Schemas, vault.Schema{Name: "pair", Steps: []string{
		`CREATE TABLE pair_left (id INTEGER PRIMARY KEY); CREATE TABLE pair_right (id INTEGER PRIMARY KEY)`,
	}})
	v := open(t, c)
	b := content(1, 3*mib)
	d := put(t, v, info, b)
	done := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			default:
			}
			err := v.Update(context.Background(), func(tx *sql.Tx) error {
				_, left := tx.Exec(`INSERT INTO pair_left (id) VALUES ($1)`, i)
				_, right := tx.Exec(`INSERT INTO pair_right (id) VALUES ($1)`, i)
				return errors.Join(left, right)
			})
			if err != nil {
				t.Error(err)
				return
			}
		}
	})
	restored := c
	restored.Dir, restored.URL = folder(t), "" // a copy is a file whatever it is of
	if err := os.Mkdir(restored.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(restored.Dir, "vault.db")
	err := v.Backup(context.Background(), path)
	close(done)
	group.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup's mode is %v, %v", info.Mode(), err)
	}
	w := open(t, restored)
	if err := w.Check(context.Background()); err != nil {
		t.Error(err)
	}
	if got, _, err := get(w, d.ID); err != nil || !bytes.Equal(got, b) {
		t.Errorf("the document has %d bytes, %v", len(got), err)
	}
	left, right := number(t, w, `SELECT COUNT(*) FROM pair_left`), number(t, w, `SELECT COUNT(*) FROM pair_right`)
	if left != right {
		t.Errorf("the backup is of two moments: %d and %d", left, right)
	}
}

func TestABackupOverwritesNothingAndLeavesNoHalf(t *testing.T) {
	onBoth(t, testABackupOverwritesNothingAndLeavesNoHalf)
}

func testABackupOverwritesNothingAndLeavesNoHalf(t *testing.T, db store) {
	v := open(t, db.config(t, folder(t)))
	put(t, v, info, content(1, 3*mib))
	dir := t.TempDir()
	taken := filepath.Join(dir, "taken")
	if err := os.WriteFile(taken, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := v.Backup(context.Background(), taken); err == nil {
		t.Error("a file was overwritten")
	}
	if b, err := os.ReadFile(taken); err != nil || string(b) != "mine" {
		t.Errorf("the file has %q, %v", b, err)
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if err := v.Backup(cancelled, filepath.Join(dir, "cancelled")); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if err := v.Backup(context.Background(), filepath.Join(dir, "missing", "backup")); err == nil {
		t.Error("a backup went into a folder that isn't there")
	}
	// What an earlier attempt left when it was killed is in nobody's way.
	if err := os.WriteFile(filepath.Join(dir, "whole.partial"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := v.Backup(context.Background(), filepath.Join(dir, "whole")); err != nil {
		t.Error(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 2 {
		t.Errorf("the folder has %v, %v", files, err)
	}
}

func TestCheckFindsADatabaseThatIsBroken(t *testing.T) {
	c := config(t, folder(t))
	v := open(t, c)
	for range 200 {
		execute(t, v, `INSERT INTO note (text) VALUES ($1)`, "a row that is long enough to fill pages soon, and another half of it")
	}
	if err := v.Check(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(c.Dir, "vault.db")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// The table's last leaf becomes noise.
	at := bytes.LastIndex(b, []byte("a row that is long enough")) / 8192 * 8192
	copy(b[at:at+100], bytes.Repeat([]byte{0xa5}, 100))
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := open(t, c).Check(context.Background()); err == nil {
		t.Error("it found nothing")
	} else {
		t.Log(err)
	}
}

func TestStatsAreOfWhatIsThere(t *testing.T) {
	c := config(t, folder(t))
	v := open(t, c)
	put(t, v, info, content(1, 3*mib))
	start(t, v, "capture")
	s, err := v.Stats(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if s.Documents != 1 || s.DocumentBytes != 3*mib || s.Jobs != 1 || s.Requests != 0 {
		t.Errorf("counted %+v", s)
	}
	if s.DatabaseBytes < 3*mib || s.LogBytes < 3*mib || s.FreeBytes < 0 || s.FreeBytes > s.DatabaseBytes {
		t.Errorf("measured %+v", s)
	}
	if s.Reads != 0 || s.Writes != 3 || s.WriteTime <= 0 || s.WritesFailed != 0 { // the schema, the document, the job
		t.Errorf("worked %+v", s)
	}
	if err := tryExecute(v, `INSERT INTO nowhere (id) VALUES (1)`); err == nil {
		t.Fatal("a wrong statement succeeded")
	}
	if s, err = v.Stats(context.Background()); err != nil || s.Writes != 3 || s.WritesFailed != 1 || s.Reads != 1 {
		t.Errorf("worked %+v, %v", s, err)
	}
}
