package main

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pedigree/internal/freeport"
	"pedigree/internal/store/kv"
)

// A round over this test's stores takes a tenth of a second; an operator is promised
// that a small store's changes are found within a minute.
const foundWithin = time.Minute

// stored changes one row of a stopped node's ledger: the first one below a prefix of
// the database whose key begins with a text.
func stored(p kv.Prefix, begins string) func(t *testing.T, d drill) {
	return func(t *testing.T, d drill) {
		db, err := kv.Open(home{d.home}.ledger(), kv.Options{})
		if err != nil {
			t.Fatal(err)
		}
		it, err := db.View(p).NewIter([]byte(begins), nil)
		if err != nil {
			t.Fatal(err)
		}
		if !it.First() || !strings.HasPrefix(string(it.Key()), begins) {
			t.Fatalf("no row begins with %q", begins)
		}
		key, value := slices.Clone(it.Key()), slices.Clone(it.Value())
		value[len(value)/2] ^= 1
		b := db.View(p).NewBatch()
		for _, err := range []error{it.Close(), b.Set(key, value), b.Commit(true), b.Close(), db.Close()} {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// statement changes a running node's private store, as who administers its database can.
func statement(text string, args ...any) func(t *testing.T, r *running) {
	return func(t *testing.T, r *running) {
		err := r.desk.vault.Update(context.Background(), func(tx *sql.Tx) error {
			res, err := tx.Exec(text, args...)
			if err != nil {
				return err
			}
			if n, err := res.RowsAffected(); err != nil || n != 1 {
				t.Errorf("%d rows changed, %v", n, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// stockedNode is a stopped node with people, an anchored trail and a document, that
// reads everything each second.
func stockedNode(t *testing.T) drill {
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
	now := time.Now()
	d.verb("init", "--org", "maker", "--name", "Maker (test)", "--role", "manufacturer", "--prefix", "0399991", "--gln", "0399991000015", "--alone",
		"--licence", "manufacturer:US:T-1:"+now.AddDate(-1, 0, 0).Format(time.DateOnly)+":"+now.AddDate(1, 0, 0).Format(time.DateOnly),
		"--p2p", addresses[0], "--listen", addresses[1])
	config, err := os.OpenFile(home{d.home}.config(), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = config.WriteString("\nscrub: {percent: 100, pause_seconds: 1}\n")
	if err := errors.Join(err, config.Close()); err != nil {
		t.Fatal(err)
	}
	message := filepath.Join(d.dir, "identifiers.json")
	if err := os.WriteFile(message, []byte(`{"member": "maker", "identifiers": [{"kind": "gln", "value": "0399991000022"}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	d.during(func(r *running) {
		d.verb("org", "act", "set-identifiers", message)
		d.verb("capture", d.goods(0))
		for _, name := range []string{"Pat Example", "Sam Example", "Kim Example"} {
			d.verb("people", "add", name)
		}
		d.anchor(r)
	})
	return d
}

func TestARunningNodeFindsWhatWasChangedBehindIt(t *testing.T) {
	prepared := stockedNode(t)
	for _, c := range []struct {
		name    string
		stopped func(t *testing.T, d drill)
		running func(t *testing.T, r *running)
		named   string // how the fault begins or goes on; "" for none
	}{
		{"nothing", nil, nil, ""},
		{"a row of the state", stored(kv.LedgerRows, ""), nil, "state key 01"},
		{"a leaf of the state tree", stored(kv.LedgerStateTree, "\x01"), nil, "couldn't confirm the state tree"},
		{"an event", stored(kv.LedgerEvents, ""), nil, "event 0 and its hash"},
		{"the mark of an entry", stored(kv.LedgerMeta, "\x02"), nil, "its mark says otherwise"},
		{"a part of a block", stored(kv.EngineBlocks, "P:1:0"), nil, "block 1: "},
		{"the signatures of a block", stored(kv.EngineBlocks, "C:1"), nil, "block 1: "},
		{"the results of a block", stored(kv.EngineState, "abciResponsesKey:4"), nil, "block 5: "},
		{"a line of the audit trail", nil, statement(`UPDATE auth_audit SET who = 'somebody else' WHERE seq = 2`), "the audit trail of maker: the audit trail was changed: line 2"},
		{"a line taken out of it", nil, statement(`DELETE FROM auth_audit WHERE seq = 3`), "line 3 is missing"},
		{"a role that nobody gave", nil, statement(`INSERT INTO auth_grant (person, role, given, given_by) SELECT id, 'admin', 1, 'owner' FROM auth_person WHERE name = 'Sam Example'`), "/admin of maker was put in"},
		{"the subject of a person", nil, statement(`UPDATE auth_person SET subject = 'mine' WHERE name = 'Kim Example'`), "of maker is not as it was written"},
		{"a document", nil, statement(`UPDATE vault_chunk SET body = CAST(x'00' || substr(body, 2) AS BLOB) WHERE document = 1 AND position = 0`), "the documents: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := drill{T: t, home: filepath.Join(t.TempDir(), "node")}
			if out, err := exec.Command("cp", "-a", prepared.home, d.home).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if c.stopped != nil {
				c.stopped(t, d)
			}
			d.during(func(r *running) {
				if c.running != nil {
					c.running(t, r)
				}
				d.scrubbed(r, c.named)
			})
		})
	}
}

// scrubbed waits until the node names a fault, or has read everything twice.
func (d drill) scrubbed(r *running, named string) {
	d.Helper()
	began := time.Now()
	for ; ; time.Sleep(10 * time.Millisecond) {
		f := r.scrub.Figures()
		switch {
		case slices.ContainsFunc(f.Faults, func(text string) bool { return named != "" && strings.Contains(text, named) }):
			d.Logf("named after %v: %s", time.Since(began).Round(time.Millisecond), f.Faults)
			return
		case named == "" && f.Rounds >= 2:
			if len(f.Faults) > 0 {
				d.Errorf("faults in a store that nobody changed: %q", f.Faults)
			}
			return
		case time.Since(began) > foundWithin:
			d.Fatalf("after %v and %d rounds it names %q, want %q", foundWithin, f.Rounds, f.Faults, named)
		}
	}
}
