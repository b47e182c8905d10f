package main

import (
	"bytes"
	"context"
	"database/sql"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
)

// auditedNode is a node that made people, was stopped, and so put its trail's hash on
// the ledger.
func auditedNode(t *testing.T) drill {
	t.Helper()
	d := drill{T: t, dir: t.TempDir()}
	d.home = filepath.Join(d.dir, "node")
	var addresses [2]string
	for i := range addresses {
		var err error
		if addresses[i], err = freeAddress(); err != nil {
			t.Fatal(err)
		}
	}
	d.verb("init", "--org", "maker", "--name", "Maker (test)", "--role", "manufacturer", "--prefix", "0399991", "--alone", "--p2p", addresses[0], "--listen", addresses[1])
	stop := d.up()
	for _, name := range []string{"Pat Example", "Sam Example", "Kim Example"} {
		d.verb("people", "add", name)
	}
	stop()
	return d
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
	if said := d.ends(exitDone, "fsck"); !strings.Contains(said, " 3 lines of audit") {
		t.Errorf("fsck says %s", said)
	}
	stop := d.up()
	if said := d.ends(exitDone, "audit", "verify"); !strings.Contains(said, "3 lines are as they were written; the ledger vouches for the first 3") {
		t.Errorf("verify says %s", said)
	}
	trail := filepath.Join(d.dir, "trail.jsonl")
	d.ends(exitDone, "audit", "export", trail)
	d.verb("people", "add", "Lee Example")
	stop()
	defer d.up()()
	// The export is older than the hash that the ledger holds now.
	if said := d.ends(exitDone, "audit", "verify", trail); !strings.Contains(said, "3 lines follow from one another") {
		t.Errorf("of the export, verify says %s", said)
	}
	if said := d.ends(exitDone, "audit", "verify"); !strings.Contains(said, "the ledger vouches for the first 4") {
		t.Errorf("verify says %s", said)
	}
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

func TestATrailThatWasCutOffIsFoundByItsHashOnTheLedger(t *testing.T) {
	d := auditedNode(t)
	d.tamper(`DELETE FROM auth_audit WHERE seq = 3`)
	if said := d.ends(exitNo, "fsck"); !strings.Contains(said, "lines were rewritten, or removed from the end") {
		t.Errorf("fsck says %s", said)
	}
	stop := d.up() // its end follows from what is left
	said := d.ends(exitNo, "audit", "verify")
	if !strings.Contains(said, "lines were rewritten, or removed from the end") {
		t.Errorf("verify says %s", said)
	}
	d.verb("people", "add", "Lee Example")
	stop()
	if said := d.ends(exitNo, "fsck"); !strings.Contains(said, "lines were rewritten, or removed from the end") {
		t.Errorf("after another run the evidence is gone: fsck says %s", said)
	}
}
