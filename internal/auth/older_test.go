package auth

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"
)

// accessTables are those that an older copy of a store puts back.
var accessTables = []string{"auth_person", "auth_grant", "auth_passkey", "auth_machine", "auth_seal", "auth_audit"}

// copyOf keeps what the tables hold now, and returns what puts it back.
func (w *world) copyOf(tables ...string) (putBack func()) {
	w.Helper()
	for _, t := range tables {
		w.sql(`CREATE TABLE ` + t + `_old AS SELECT * FROM ` + t)
	}
	w.Cleanup(func() {
		for _, t := range tables {
			w.sql(`DROP TABLE ` + t + `_old`)
		}
	})
	return func() {
		w.Helper()
		for _, t := range tables {
			w.sql(`DELETE FROM ` + t)
			w.sql(`INSERT INTO ` + t + ` SELECT * FROM ` + t + `_old`)
		}
	}
}

func (w *world) head(org string) string {
	w.Helper()
	_, hash, err := w.AuditHead(w.Context(), org)
	if err != nil {
		w.Fatal(err)
	}
	return hash
}

// TestAnOlderCopyIsFound puts parts of an older copy in the place of the newer rows.
// In between a key was revoked and a role taken.
func TestAnOlderCopyIsFound(t *testing.T) {
	for _, c := range []struct {
		name    string
		tables  []string
		after   string // a statement that follows
		older   bool   // refused by CheckKept
		faulted bool   // told of by CheckSeals
	}{
		{"nothing was put back", nil, "", false, false},
		{"the whole store", accessTables, "", true, false},
		{"all rows and seals, beside the newer trail", accessTables[:5], "", true, true},
		{
			"all rows and seals, and a line that tells of a change", accessTables[:5],
			`INSERT INTO auth_audit (org, seq, at, who, act, object, outcome, hash) SELECT org, seq + 1, at, 'node', 'rights', 'x', 'done', 'ab' FROM auth_audit ORDER BY seq DESC LIMIT 1`, true, true,
		},
		{"all rows and seals, and all lines that tell of changes", accessTables[:5], `DELETE FROM auth_audit WHERE act = 'rights'`, true, true},
		{"one table with its seals", []string{"auth_machine"}, "", false, true},
		{
			"the whole store, and a line that explains it", accessTables,
			`INSERT INTO auth_audit (org, seq, at, who, act, object, outcome, hash) SELECT org, seq + 1, at, 'owner', 'restore', 'backup of height 7', 'done', 'ab' FROM auth_audit ORDER BY seq DESC LIMIT 1`, true, true,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			u := w.add("maker", "Pat Example", "clerk", "admin")
			_, k, err := w.CreateAPIKey(t.Context(), OwnerOf("maker"), "line 4", []Role{"serialization"}, time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			putBack := w.copyOf(c.tables...)
			w.clock.pass(time.Minute)
			if err := errors.Join(w.RevokeAPIKey(t.Context(), "maker", k.ID), w.Withdraw(t.Context(), "maker", u.ID, "admin")); err != nil {
				t.Fatal(err)
			}
			anchor := w.head("maker")
			putBack()
			if c.after != "" {
				w.sql(c.after)
			}
			err = w.CheckKept(t.Context(), "maker", anchor)
			if refused := errors.Is(err, ErrOlder) || errors.Is(err, ErrSeal); refused != c.older || err != nil && !refused {
				t.Errorf("it is kept: %v", err)
			}
			if list := w.faults(); (len(list) > 0) != c.faulted {
				t.Errorf("faults %q", list)
			}
			if !c.older {
				return
			}
			if _, err := w.CheckAudit(t.Context(), "maker", anchor); err == nil && !c.faulted {
				t.Error("the trail is right")
			}
		})
	}
}

func TestARestoredBackupExplainsItself(t *testing.T) {
	w := newWorld(t)
	w.add("maker", "Pat Example", "clerk")
	putBack := w.copyOf(accessTables...)
	w.add("maker", "Sam Example", "admin")
	anchor := w.head("maker")
	putBack()
	if err := w.RecordRestore(t.Context(), "maker", 7); err != nil {
		t.Fatal(err)
	}
	kept := func(when, anchor string) {
		t.Helper()
		if err := w.CheckKept(t.Context(), "maker", anchor); err != nil {
			t.Errorf("%s: %v", when, err)
		}
		if list := w.faults(); len(list) > 0 {
			t.Errorf("%s: faults %q", when, list)
		}
		if _, err := w.CheckAudit(t.Context(), "maker", anchor); err != nil {
			t.Errorf("%s: %v", when, err)
		}
	}
	kept("before the node knows what was lost", anchor)
	w.add("maker", "Lee Example", "clerk")
	if err := w.Settle(t.Context(), "maker", anchor); err != nil {
		t.Fatal(err)
	}
	kept("when it does", anchor)
	kept("of a later line", w.head("maker"))
	if err := w.CheckKept(t.Context(), "maker", strings.Repeat("0", 64)); !errors.Is(err, ErrOlder) {
		t.Errorf("it explains the loss of another line: %v", err)
	}
}

func TestAnOwnerGoesOnWithAnOlderStoreForAReason(t *testing.T) {
	for name, tables := range map[string][]string{"the whole store": accessTables, "rights alone": accessTables[:5]} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			u := w.add("maker", "Pat Example", "clerk")
			putBack := w.copyOf(tables...)
			w.add("maker", "Sam Example", "admin")
			anchor := w.head("maker")
			putBack()
			if err := w.AcceptOlder(t.Context(), "maker", anchor, "short"); err == nil {
				t.Error("a reason of five bytes is taken")
			}
			if err := w.AcceptOlder(t.Context(), "maker", anchor, "the newer disk was lost"); err != nil {
				t.Fatal(err)
			}
			if err := w.CheckKept(t.Context(), "maker", anchor); err != nil {
				t.Error(err)
			}
			if list := w.faults(); len(list) > 0 {
				t.Errorf("faults %q", list)
			}
			if trail, err := w.CheckAudit(t.Context(), "maker", anchor); err != nil || trail.Anchored == 0 && trail.Restored == 0 {
				t.Errorf("the trail: %+v, %v", trail, err)
			}
			if at, err := w.BrokenAt(t.Context()); err != nil || !at.Equal(w.clock.now()) {
				t.Errorf("nobody is told: %v, %v", at, err)
			}
			if err := w.Grant(t.Context(), OwnerOf("maker"), u.ID, "admin"); err != nil {
				t.Errorf("rights can't be given: %v", err)
			}
			w.sql(`UPDATE auth_grant SET role = 'auditor' WHERE role = 'clerk'`)
			if list := w.faults(); len(list) == 0 {
				t.Error("what is changed later isn't found")
			}
		})
	}
}

func TestAnEmptyStoreBeginsAnew(t *testing.T) {
	w, lost := newWorld(t), strings.Repeat("ab", 32)
	if err := w.CheckKept(t.Context(), "maker", lost); !errors.Is(err, ErrOlder) {
		t.Fatalf("an empty store is kept: %v", err)
	}
	for _, want := range []bool{true, false} {
		fresh, err := w.IsNew(t.Context(), "maker")
		if err != nil || fresh != want {
			t.Errorf("it is new: %t, %v", fresh, err)
		}
		if !fresh {
			continue
		}
		if err := w.BeginAnew(t.Context(), "maker", lost); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.CheckKept(t.Context(), "maker", lost); err != nil {
		t.Error(err)
	}
	if list := w.faults(); len(list) > 0 {
		t.Errorf("faults %q", list)
	}
}

// TestAPasskeysUseWritesNoLine holds that signing in, which changes a sealed row, is no
// change of a right.
func TestAPasskeysUseWritesNoLine(t *testing.T) {
	w := newWorld(t)
	u := w.add("maker", "Pat Example", "clerk")
	w.sql(`INSERT INTO auth_passkey (id, person, name, credential, created, used, blocked) VALUES ('aa', $1, 'phone', '{}', 1, 0, 0)`, u.ID)
	w.reseal("maker")
	before := w.head("maker")
	err := w.in("maker").change(t.Context(), func(tx *sql.Tx, s sealer) error {
		if _, err := tx.Exec(`UPDATE auth_passkey SET credential = '{"x":1}'`); err != nil {
			return err
		}
		return s.used(context.Background(), tx, "maker", sealedPasskey, "aa")
	})
	if err != nil {
		t.Fatal(err)
	}
	if w.head("maker") != before {
		t.Error("there is a line more")
	}
	if list := w.faults(); len(list) > 0 {
		t.Errorf("faults %q", list)
	}
}

// TestLinesOfRestoredBackupsOfAnOlderProgramAreSealed takes the seals of such lines away,
// as an older program left them, and runs the step of the schema.
func TestLinesOfRestoredBackupsOfAnOlderProgramAreSealed(t *testing.T) {
	for _, people := range []bool{true, false} {
		w := newWorld(t)
		if people {
			w.add("maker", "Pat Example", "clerk")
		}
		if err := w.RecordRestore(t.Context(), "maker", 7); err != nil {
			t.Fatal(err)
		}
		w.sql(`DELETE FROM auth_audit WHERE act = 'rights'`) // which it had none of
		w.sql(`DELETE FROM auth_seal WHERE name LIKE 'restore %' OR name = ''`)
		run := func(step func(context.Context, *sql.Tx, sealer) error) {
			t.Helper()
			err := w.in("maker").change(t.Context(), func(tx *sql.Tx, s sealer) error { return step(t.Context(), tx, s) })
			if err != nil {
				t.Fatal(err)
			}
		}
		if people {
			run(func(ctx context.Context, tx *sql.Tx, s sealer) error { return s.putList(ctx, tx, "maker") })
		}
		run(func(ctx context.Context, tx *sql.Tx, s sealer) error { return sealRestores(ctx, tx, w.vault.Marker) })
		if list := w.faults(); len(list) > 0 {
			t.Errorf("faults %q", list)
		}
		if open, err := w.Unsettled(t.Context(), "maker"); err != nil || !open {
			t.Errorf("it is not open: %v", err)
		}
	}
}
