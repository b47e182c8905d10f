package vault_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"pedigree/internal/vault"
)

func TestAVaultKeepsWhatItHadWhenItIsOpenedAgain(t *testing.T) {
	onBoth(t, testAVaultKeepsWhatItHadWhenItIsOpenedAgain)
}

func testAVaultKeepsWhatItHadWhenItIsOpenedAgain(t *testing.T, db store) {
	c := db.config(t, folder(t))
	v := open(t, c)
	execute(t, v, `INSERT INTO note (text) VALUES ('kept')`)
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	v = open(t, c)
	if n := number(t, v, `SELECT COUNT(*) FROM note WHERE text = 'kept'`); n != 1 {
		t.Errorf("%d notes are there", n)
	}
	if err := v.Check(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestAFolderMayHaveAnyName(t *testing.T) {
	c := config(t, filepath.Join(t.TempDir(), "a b?c#d%41&e=f;é"))
	execute(t, open(t, c), `INSERT INTO note (text) VALUES ('kept')`)
	if _, err := os.Stat(filepath.Join(c.Dir, "vault.db")); err != nil {
		t.Error(err)
	}
}

func TestAVaultsFilesAreItsOwnersAlone(t *testing.T) {
	c := config(t, folder(t))
	v := open(t, c)
	execute(t, v, `INSERT INTO note (text) VALUES ('kept')`)
	files, err := os.ReadDir(c.Dir)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, f := range files {
		info, err := f.Info()
		if err != nil {
			t.Fatal(err)
		}
		names[f.Name()] = true
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %04o", f.Name(), info.Mode().Perm())
		}
	}
	if !names["vault.db"] || !names["vault.db-wal"] || !names["vault.db-shm"] {
		t.Errorf("the files are %v", names)
	}
	if info, _ := os.Stat(c.Dir); info.Mode().Perm() != 0o700 {
		t.Errorf("the folder has mode %04o", info.Mode().Perm())
	}
}

func TestOpenRefuses(t *testing.T) {
	made := func(t *testing.T) vault.Config {
		c := config(t, folder(t))
		if err := open(t, c).Close(); err != nil {
			t.Fatal(err)
		}
		return c
	}
	tests := map[string]struct {
		prepare func(*testing.T) vault.Config
		want    error
		says    string
	}{
		"another key": {func(t *testing.T) vault.Config {
			c := made(t)
			c.Key[31]++
			return c
		}, vault.ErrWrongKey, "restore it"},
		"no key": {func(t *testing.T) vault.Config {
			c := config(t, folder(t))
			c.Key = [32]byte{}
			return c
		}, nil, "no key is given"},
		"no folder": {func(t *testing.T) vault.Config { return config(t, "") }, nil, "no folder is given"},
		"a folder in a folder that isn't there": {func(t *testing.T) vault.Config {
			return config(t, filepath.Join(t.TempDir(), "missing", "vault"))
		}, os.ErrNotExist, ""},
		"a database that others may read": {func(t *testing.T) vault.Config {
			c := made(t)
			if err := os.Chmod(filepath.Join(c.Dir, "vault.db"), 0o644); err != nil {
				t.Fatal(err)
			}
			return c
		}, nil, "chmod 600"},
		"a second process or a second Open": {func(t *testing.T) vault.Config {
			c := config(t, folder(t))
			open(t, c)
			return c
		}, vault.ErrInUse, ""},
		"a log whose database is gone": {func(t *testing.T) vault.Config {
			c := made(t)
			if err := os.Rename(filepath.Join(c.Dir, "vault.db"), filepath.Join(c.Dir, "vault.db-wal")); err != nil {
				t.Fatal(err)
			}
			return c
		}, nil, "write-ahead log"},
		"another program's database": {func(t *testing.T) vault.Config {
			c := made(t)
			path := filepath.Join(c.Dir, "vault.db")
			if err := os.Truncate(path, 0); err != nil {
				t.Fatal(err)
			}
			foreign(t, path)
			return c
		}, nil, "isn't a vault's database"},
		"a file that is no database": {func(t *testing.T) vault.Config {
			c := made(t)
			if err := os.WriteFile(filepath.Join(c.Dir, "vault.db"), []byte(strings.Repeat("no database", 1000)), 0o600); err != nil {
				t.Fatal(err)
			}
			return c
		}, nil, "not a database"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			v, err := vault.Open(context.Background(), test.prepare(t))
			if err == nil {
				t.Fatal("it was opened", v.Close())
			}
			if test.want != nil && !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("the error is: %v", err)
			}
		})
	}
}

// foreign makes a database that isn't ours.
func foreign(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.Exec(`CREATE TABLE other (id INTEGER)`)
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestARefusedOpenLeavesTheVaultToTheNext(t *testing.T) {
	onBoth(t, testARefusedOpenLeavesTheVaultToTheNext)
}

func testARefusedOpenLeavesTheVaultToTheNext(t *testing.T, db store) {
	c := db.config(t, folder(t))
	if err := open(t, c).Close(); err != nil {
		t.Fatal(err)
	}
	wrong := c
	wrong.Key[0]++
	if _, err := vault.Open(context.Background(), wrong); !errors.Is(err, vault.ErrWrongKey) {
		t.Fatal(err)
	}
	open(t, c)
}

func TestConfigHoldsItsBounds(t *testing.T) { onBoth(t, testConfigHoldsItsBounds) }

func testConfigHoldsItsBounds(t *testing.T, db store) {
	tests := map[string]struct {
		set       func(*vault.Config, int64)
		low, high int64
	}{
		"Readers":          {func(c *vault.Config, n int64) { c.Readers = int(n) }, 1, 64},
		"WriterCacheBytes": {func(c *vault.Config, n int64) { c.WriterCacheBytes = n }, 1 << 20, 16 << 30},
		"ReaderCacheBytes": {func(c *vault.Config, n int64) { c.ReaderCacheBytes = n }, 1 << 20, 16 << 30},
		"DocumentBytesMax": {func(c *vault.Config, n int64) { c.DocumentBytesMax = n }, 1, 1 << 40},
		"Wait":             {func(c *vault.Config, n int64) { c.Wait = time.Duration(n) }, int64(time.Millisecond), int64(time.Hour)},
		"StatementTimeout": {func(c *vault.Config, n int64) { c.StatementTimeout = time.Duration(n) }, int64(time.Second), int64(12 * time.Hour)},
		"RequestAge":       {func(c *vault.Config, n int64) { c.RequestAge = time.Duration(n) }, int64(time.Second), int64(366 * 24 * time.Hour)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for _, n := range []int64{test.low, test.high} {
				c := db.config(t, folder(t))
				test.set(&c, n)
				if err := open(t, c).Close(); err != nil {
					t.Error(err)
				}
			}
			for _, n := range []int64{test.low - 1, test.high + 1, -1} {
				c := db.config(t, folder(t))
				if test.set(&c, n); n == 0 {
					continue // stands for the default
				}
				if _, err := vault.Open(context.Background(), c); err == nil || !strings.Contains(err.Error(), name) {
					t.Errorf("%d: %v", n, err)
				}
			}
		})
	}
}

func TestAClosedVaultSaysSo(t *testing.T) { onBoth(t, testAClosedVaultSaysSo) }

func testAClosedVaultSaysSo(t *testing.T, db store) {
	c := db.config(t, folder(t))
	v := open(t, c)
	doc, _, err := v.PutDocument(context.Background(), info, strings.NewReader("text"))
	if err != nil {
		t.Fatal(err)
	}
	content, _, err := v.OpenDocument(context.Background(), doc.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	if err := v.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	nothing := func(*sql.Tx) error { return nil }
	_, statsErr := v.Stats(context.Background())
	_, readErr := content.Read(make([]byte, 1))
	for what, err := range map[string]error{
		"Update": v.Update(context.Background(), nothing),
		"View":   v.View(context.Background(), nothing),
		"Backup": v.Backup(context.Background(), filepath.Join(t.TempDir(), "b")),
		"Stats":  statsErr,
		"Read":   readErr,
	} {
		if !errors.Is(err, vault.ErrClosed) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestCloseWaitsForTheWriteAtWork(t *testing.T) { onBoth(t, testCloseWaitsForTheWriteAtWork) }

func testCloseWaitsForTheWriteAtWork(t *testing.T, db store) {
	c := db.config(t, folder(t))
	v := open(t, c)
	inside, proceed, written := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		written <- v.Update(context.Background(), func(tx *sql.Tx) error {
			close(inside)
			<-proceed
			_, err := tx.Exec(`INSERT INTO note (text) VALUES ('late')`)
			return err
		})
	}()
	<-inside
	closed := make(chan error)
	go func() { closed <- v.Close() }()
	select {
	case err := <-closed:
		t.Fatalf("Close returned during a write: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	close(proceed)
	if err := errors.Join(<-written, <-closed); err != nil {
		t.Fatal(err)
	}
	if n := number(t, open(t, c), `SELECT COUNT(*) FROM note`); n != 1 {
		t.Errorf("%d notes are there", n)
	}
}
