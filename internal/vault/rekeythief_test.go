package vault

import (
	"bytes"
	"context"
	"database/sql"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
)

// thiefTables is a schema with a mark.
var thiefTables = Schema{Name: "found", Steps: []string{`CREATE TABLE found (id INTEGER PRIMARY KEY, mark BLOB NOT NULL)`}, Tables: []Table{{
	Name: "found", Is: map[Class]string{Identifier: "id"}, Marks: map[string]string{"mark": "found"},
}}}

func openThiefs(t *testing.T) *Vault {
	t.Helper()
	v, err := Open(t.Context(), Config{Dir: filepath.Join(t.TempDir(), "vault"), Key: Key{1}, Schemas: []Schema{thiefTables}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close() })
	return v
}

// Who has the former key alone, and the database as it is now, opens nothing in it and
// confirms no guess.
func TestTheFormerKeyOpensNothingAfterAChange(t *testing.T) {
	v, ctx := openThiefs(t), context.Background()
	d, _, err := v.PutDocument(ctx, DocumentInfo{Direction: In, Partner: "maker"}, bytes.NewReader([]byte("text")))
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO found (mark) VALUES ($1)`, v.Marker("found").Mark([]byte("order 7")))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Rekey(ctx, Key{2}); err != nil {
		t.Fatal(err)
	}
	thief := &Vault{key: Key{1}, base: v.base, statement: v.statement}
	err = v.View(ctx, func(tx *sql.Tx) error {
		s, err := readStored(tx.QueryRow(documentByID, d.ID).Scan)
		if err != nil {
			return err
		}
		if _, _, err := thief.openHead(s); err == nil {
			t.Error("the former key opens a head")
		}
		if bytes.Equal(thief.contentFingerprint(d.SHA256[:]), s.content) || bytes.Equal(thief.partnerFingerprint("maker"), s.partner) {
			t.Error("the former key confirms a guess at a document")
		}
		var mark []byte
		if err := tx.QueryRow(`SELECT mark FROM found`).Scan(&mark); err != nil {
			return err
		}
		if bytes.Equal(thief.Marker("found").Mark([]byte("order 7")), mark) || !bytes.Equal(v.Marker("found").Mark([]byte("order 7")), mark) {
			t.Error("the former key confirms a guess at a mark, or the next doesn't")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := thief.loadMarks(ctx); err == nil {
		t.Error("the former key opens the marks' secrets")
	}
	in, _, err := v.OpenDocument(ctx, d.ID)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(in); err != nil || string(b) != "text" {
		t.Errorf("%q, %v", b, err)
	}
}

func TestAnAnswerOfTheProgramBeforeIsGivenAndHoldsUpAnotherKey(t *testing.T) {
	v, ctx := openThiefs(t), context.Background()
	r := Request{Key: "k", Route: "r", Hash: [32]byte{1}}
	sealed, err := v.answerSealer().seal(r.formerContext(), []byte("before"))
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec(requestAdd, r.Key, r.Route, v.requestFingerprint(r), sealed, v.Now().UnixMilli())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if _, text, err := v.ClaimRequest(ctx, r); err != nil || string(text) != "before" {
		t.Errorf("the answer is %q, %v", text, err)
	}
	if _, err := v.Rekey(ctx, Key{2}); err == nil {
		t.Error("an answer that doesn't open was lost")
	}
	v.requestAge = -1 // a day later
	if done, err := v.Rekey(ctx, Key{2}); err != nil || done.Answers != 0 {
		t.Errorf("a day later: %+v, %v", done, err)
	}
}

func TestAVaultHasABoundedNumberOfKeys(t *testing.T) {
	v := openThiefs(t)
	v.marks["found"] = make([][32]byte, rekeysMax+1)
	if _, err := v.Rekey(t.Context(), Key{2}); err == nil {
		t.Errorf("%d keys were taken", rekeysMax+2)
	}
	v.marks["found"] = make([][32]byte, rekeysMax)
	if _, err := v.Rekey(t.Context(), Key{2}); err != nil {
		t.Error(err)
	}
	if err := v.loadMarks(t.Context()); err != nil || len(v.marks["found"]) != rekeysMax+1 {
		t.Errorf("%d secrets, %v", len(v.marks["found"]), err)
	}
}
