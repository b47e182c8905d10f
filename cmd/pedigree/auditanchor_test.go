package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pedigree/internal/auth"
	"pedigree/internal/freeport"
)

// auditedNode is a node that made people, put its trail's hash on the ledger, and was
// stopped.
func auditedNode(t *testing.T) drill {
	t.Helper()
	d := drill{T: t, dir: t.TempDir()}
	d.home = filepath.Join(d.dir, "node")
	var addresses [2]string
	for i := range addresses {
		var err error
		if addresses[i], err = freeport.Address(); err != nil {
			t.Fatal(err)
		}
	}
	d.verb("init", "--org", "maker", "--name", "Maker (test)", "--role", "manufacturer", "--prefix", "0399991", "--alone", "--p2p", addresses[0], "--listen", addresses[1])
	d.during(func(r *running) {
		for _, name := range []string{"Pat Example", "Sam Example", "Kim Example"} {
			d.verb("people", "add", name)
		}
		d.anchor(r)
	})
	return d
}

// during runs the node while do works with it.
func (d drill) during(do func(r *running)) {
	d.Helper()
	r, err := (&cli{out: silentOutput(), home: d.home}).startNode(context.WithoutCancel(d.Context()))
	if err != nil {
		d.Fatal(err)
	}
	defer func() {
		if err := r.stop(); err != nil {
			d.Error(err)
		}
	}()
	d.untilReady(r)
	do(r)
}

// anchor does what an hour's end or, with several validators, a stop does.
func (d drill) anchor(r *running) {
	d.Helper()
	if err := r.anchorOnce(context.WithoutCancel(d.Context()), r.own, anchorWait); err != nil {
		d.Fatal(err)
	}
}

// tamper changes the stopped node's private store behind its back.
func (d drill) tamper(statements ...string) {
	d.Helper()
	v, err := home{d.home}.openVault(d.Context(), slog.New(slog.DiscardHandler))
	if err != nil {
		d.Fatal(err)
	}
	err = v.Update(d.Context(), func(tx *sql.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		d.Fatal(err)
	}
	if err := v.Close(); err != nil {
		d.Fatal(err)
	}
}

// ends runs a verb that is to end with a code, and returns what it says.
func (d drill) ends(want int, args ...string) string {
	d.Helper()
	var data, words bytes.Buffer
	if code := run(context.WithoutCancel(d.Context()), append(args, "--home", d.home), &output{data: &data, words: &words}); code != want {
		d.Fatalf("pedigree %v ended with %d, want %d: %s%s", args, code, want, data.String(), words.String())
	}
	return data.String() + words.String()
}

func TestTheLedgerVouchesForTheAuditTrail(t *testing.T) {
	d := auditedNode(t)
	if said := d.ends(exitDone, "fsck"); !strings.Contains(said, " 6 lines of audit") {
		t.Errorf("fsck says %s", said)
	}
	d.during(func(r *running) {
		if said := d.ends(exitDone, "audit", "verify"); !strings.Contains(said, "6 lines are as they were written; the ledger vouches for the first 6") {
			t.Errorf("verify says %s", said)
		}
		trail := filepath.Join(d.dir, "trail.jsonl")
		d.ends(exitDone, "audit", "export", trail)
		d.verb("people", "add", "Lee Example")
		d.anchor(r)
		height := r.node.Height()
		d.anchor(r)
		if r.node.Height() != height {
			t.Error("a hash that the ledger holds was put there again")
		}
		// The export is older than the hash that the ledger holds now.
		if said := d.ends(exitDone, "audit", "verify", trail); !strings.Contains(said, "6 lines follow from one another") {
			t.Errorf("of the export, verify says %s", said)
		}
		if said := d.ends(exitDone, "audit", "verify"); !strings.Contains(said, "the ledger vouches for the first 8") {
			t.Errorf("verify says %s", said)
		}
	})
}

func TestATrailThatWasTamperedWithIsFoundAtTheStartAndByFsck(t *testing.T) {
	d := auditedNode(t)
	d.tamper(`UPDATE auth_audit SET who = 'somebody' WHERE seq = 2`)
	if said := d.ends(exitNo, "fsck"); !strings.Contains(said, "FAULT the audit trail of maker: the audit trail was changed: line 2") {
		t.Errorf("fsck says %s", said)
	}
	if said := d.ends(exitNo, "start"); !strings.Contains(said, "line 2 (add-person) is not the one that was written") {
		t.Errorf("start says %s", said)
	}
}

func TestARoleThatNobodyGaveIsFoundByFsck(t *testing.T) {
	d := auditedNode(t)
	d.tamper(`INSERT INTO auth_grant (person, role, given, given_by) SELECT id, 'admin', 1, 'owner' FROM auth_person`)
	if said := d.ends(exitNo, "fsck"); !strings.Contains(said, "FAULT what is stored of who may use this node was changed behind it: the row grant ") || !strings.Contains(said, "/admin of maker was put in") {
		t.Errorf("fsck says %s", said)
	}
}

const cutOff = "lines were rewritten, or removed from the end"

func TestATrailThatWasCutOffIsFoundByItsHashOnTheLedger(t *testing.T) {
	d := auditedNode(t)
	d.during(func(r *running) { // its end follows from what is left
		statement(`DELETE FROM auth_audit WHERE seq = 6`)(t, r)
		if said := d.ends(exitNo, "audit", "verify"); !strings.Contains(said, cutOff) {
			t.Errorf("verify says %s", said)
		}
		d.verb("people", "add", "Lee Example")
		if err := r.anchorOnce(context.WithoutCancel(t.Context()), r.own, anchorWait); !errors.Is(err, auth.ErrTrail) {
			t.Errorf("another hash is put in the place of the evidence: %v", err)
		}
	})
	if said := d.ends(exitNo, "fsck"); !strings.Contains(said, cutOff) {
		t.Errorf("after another run the evidence is gone: fsck says %s", said)
	}
	if said := d.ends(exitNo, "start"); !strings.Contains(said, "lacks the line with the hash") {
		t.Errorf("start says %s", said)
	}
}

// TestARestoredTrailTellsItselfWhatItLost puts an older store back, and the line that a
// restored backup gets.
func TestARestoredTrailTellsItselfWhatItLost(t *testing.T) {
	d := olderCopy(t)
	v, err := home{d.home}.openVault(t.Context(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(auth.NewAccess(v, time.Now).RecordRestore(t.Context(), "maker", 1), v.Close()); err != nil {
		t.Fatal(err)
	}
	if said := d.ends(exitDone, "fsck"); !strings.Contains(said, " 7 lines of audit") {
		t.Errorf("before it runs again, fsck says %s", said)
	}
	d.during(func(r *running) {
		d.verb("people", "add", "Max Example")
		if err := r.settleTrail(context.WithoutCancel(t.Context()), r.org); err != nil {
			t.Fatal(err)
		}
		if said := d.ends(exitDone, "audit", "verify"); !strings.Contains(said, "line 10 tells that a backup was restored, which lost lines that the ledger knows of") {
			t.Errorf("verify says %s", said)
		}
		d.anchor(r)
		if said := d.ends(exitDone, "audit", "verify"); !strings.Contains(said, "the ledger vouches for the first 10") {
			t.Errorf("verify says %s", said)
		}
		if open, err := r.access.Unsettled(t.Context(), "maker"); err != nil || open {
			t.Errorf("it is still open: %v", err)
		}
	})
	d.during(func(r *running) {
		d.verb("people", "add", "Kim Example")
		d.anchor(r)
	})
	d.tamper(`DELETE FROM auth_audit WHERE seq = 12`)
	if said := d.ends(exitNo, "fsck"); !strings.Contains(said, cutOff) {
		t.Errorf("what is cut off later counts as the backup's doing: fsck says %s", said)
	}
}
