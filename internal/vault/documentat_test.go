package vault_test

import (
	"bytes"
	"database/sql"
	"errors"
	"io"
	"math/rand/v2"
	"testing"

	"pedigree/internal/vault"
)

func TestADocumentIsReadAtAnyPlace(t *testing.T) { onBoth(t, testADocumentIsReadAtAnyPlace) }

func testADocumentIsReadAtAnyPlace(t *testing.T, db store) {
	v := open(t, db.config(t, folder(t)))
	chance := rand.New(rand.NewPCG(1, 2))
	for _, size := range []int{0, 1, mib, 3*mib + 5} {
		whole := content(uint64(size)+7, size)
		d := put(t, v, info, whole)
		at, same, err := v.OpenDocumentAt(t.Context(), d.ID)
		if err != nil || same.SHA256 != d.SHA256 || at.Size() != int64(size) {
			t.Fatalf("%d bytes: %+v, %v", size, same, err)
		}
		if got, err := io.ReadAll(io.NewSectionReader(at, 0, at.Size())); err != nil || !bytes.Equal(got, whole) {
			t.Errorf("%d bytes: read from the start are %d, %v", size, len(got), err)
		}
		for range 20 {
			from := chance.IntN(size + 2)
			p := make([]byte, chance.IntN(mib+100))
			n, err := at.ReadAt(p, int64(from))
			want := whole[min(from, size):min(from+len(p), size)]
			if !bytes.Equal(p[:n], want) || (n < len(p)) != errors.Is(err, io.EOF) {
				t.Fatalf("%d bytes: %d at %d are %d, %v", size, len(p), from, n, err)
			}
		}
		if _, err := at.ReadAt(nil, -1); err == nil {
			t.Error("before the start something was read")
		}
	}
	if _, _, err := v.OpenDocumentAt(t.Context(), 99); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("a document that isn't there: %v", err)
	}
}

func TestADocumentThatWasChangedIsNotReadAtAnyPlace(t *testing.T) {
	onBoth(t, testADocumentThatWasChangedIsNotReadAtAnyPlace)
}

func testADocumentThatWasChangedIsNotReadAtAnyPlace(t *testing.T, db store) {
	v := open(t, db.config(t, folder(t)))
	d := put(t, v, info, content(3, 2*mib+5))
	change := func(statement string, args ...any) {
		if err := v.Update(t.Context(), func(tx *sql.Tx) error {
			_, err := tx.Exec(statement, args...)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	change(`UPDATE vault_chunk SET body = (SELECT body FROM vault_chunk WHERE document = $1 AND position = 0) WHERE document = $1 AND position = 1`, d.ID)
	change(`DELETE FROM vault_chunk WHERE document = $1 AND position = 2`, d.ID)
	at, _, err := v.OpenDocumentAt(t.Context(), d.ID)
	if err != nil {
		t.Fatal(err)
	}
	p := make([]byte, 10)
	if _, err := at.ReadAt(p, 5); err != nil {
		t.Errorf("what wasn't changed: %v", err)
	}
	for _, place := range []int64{mib, 2 * mib} {
		if n, err := at.ReadAt(p, place); !errors.Is(err, vault.ErrDamaged) || n != 0 {
			t.Errorf("at %d: %d bytes, %v", place, n, err)
		}
	}
}

func TestADocumentThatIsDroppedIsGone(t *testing.T) { onBoth(t, testADocumentThatIsDroppedIsGone) }

func testADocumentThatIsDroppedIsGone(t *testing.T, db store) {
	v := open(t, db.config(t, folder(t)))
	left, d := put(t, v, info, content(1, 100)), put(t, v, info, content(2, mib+1))
	drop := func(id int64) error {
		return v.Update(t.Context(), func(tx *sql.Tx) error { return v.DropDocument(t.Context(), tx, id) })
	}
	if err := drop(d.ID); err != nil {
		t.Fatal(err)
	}
	if err := drop(d.ID); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("dropped again: %v", err)
	}
	if _, _, err := get(v, d.ID); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("it is read: %v", err)
	}
	if s, err := v.Stats(t.Context()); err != nil || s.Documents != 1 || s.DocumentBytes != left.Size {
		t.Errorf("counted %d documents of %d bytes, %v", s.Documents, s.DocumentBytes, err)
	}
}
