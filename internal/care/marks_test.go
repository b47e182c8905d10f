package care

import (
	"path/filepath"
	"strings"
	"testing"

	"pedigree/internal/engine"
	"pedigree/internal/store"
	"pedigree/internal/store/kv"
	"pedigree/ledger"
	"pedigree/proof"
)

func TestAMarkMustSayWhatTheResultSays(t *testing.T) {
	db, err := kv.Open(filepath.Join(t.TempDir(), "ledger"), kv.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s, err := store.Open(db, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	id := func(n byte) proof.Hash { return proof.Hash{n} }
	marked := []ledger.EntryMark{{ID: id(1), Height: 5, Index: 2}, {ID: id(2), Height: 5, Index: 3, Code: 7}}
	if _, err := s.Stage(5, ledger.Changes{Entries: marked}); err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(true); err != nil {
		t.Fatal(err)
	}
	view, err := s.View()
	if err != nil {
		t.Fatal(err)
	}
	defer view.Close()
	for _, c := range []struct {
		name   string
		height int64
		index  int
		id     byte
		code   uint32
		found  uint64
		wrong  string
	}{
		{"an accepted entry with its mark", 5, 2, 1, 0, 1, ""},
		{"a refused entry with its mark", 5, 3, 2, 7, 1, ""},
		{"a refused copy of an entry that stands elsewhere", 5, 4, 1, 9, 0, ""},
		{"a refused entry without a mark", 5, 6, 3, 9, 0, ""},
		{"an accepted entry without a mark", 5, 6, 3, 0, 0, "its mark says otherwise"},
		{"an accepted entry whose mark names another place", 4, 2, 1, 0, 0, "its mark says otherwise"},
		{"a refused entry whose mark says that it was accepted", 5, 2, 1, 7, 0, "its mark says otherwise"},
		{"a block that waits to be replayed", 6, 0, 3, 0, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := marks{entries: view, height: s.Height()}
			data := proof.Result{ID: id(c.id)}.EncodeData()
			err := m.result(c.height, c.index, engine.TxResult{Code: c.code, Data: data})
			if m.found != c.found || (err != nil) != (c.wrong != "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
				t.Errorf("%d found, %v", m.found, err)
			}
		})
	}
}
