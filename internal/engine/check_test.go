package engine

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"pedigree/internal/store/kv"
)

// checked returns what CheckBlocks finds in a stopped node's store.
func checked(t *testing.T, db *kv.DB, app AppCheck) []error {
	t.Helper()
	var faults []error
	if app.Hash == nil {
		app.Hash = func(int64) ([]byte, bool, error) { return nil, false, nil }
	}
	if _, err := CheckBlocks(t.Context(), db, app, func(err error) { faults = append(faults, err) }); err != nil {
		t.Fatal(err)
	}
	return faults
}

func TestEverySignatureOfABlockIsChecked(t *testing.T) {
	t.Parallel()
	s, _ := single(t)
	for i := range 4 {
		s.mustSubmit(t, fmt.Sprintf("tx %d", i))
	}
	must(t, s.stop())
	must(t, s.openStore())
	t.Cleanup(func() { must(t, s.db.Close()) })
	if faults := checked(t, s.db, AppCheck{}); len(faults) > 0 {
		t.Fatalf("a whole store has faults: %v", faults)
	}
	view := s.db.View(kv.EngineBlocks)
	for _, key := range []string{"C:2", "SC:2"} {
		whole, found, err := view.Get([]byte(key))
		if err != nil || !found {
			t.Fatalf("there is no row %s: %v", key, err)
		}
		set := func(value []byte) {
			b := view.NewBatch()
			must(t, b.Set([]byte(key), value))
			must(t, b.Commit(true))
		}
		for at := range whole {
			edited := bytes.Clone(whole)
			edited[at] ^= 1
			set(edited)
			if len(checked(t, s.db, AppCheck{})) == 0 {
				t.Errorf("byte %d of row %s was edited and the store is taken for whole", at, key)
			}
		}
		set(whole)
	}
}

func TestTheApplicationJudgesEveryResult(t *testing.T) {
	t.Parallel()
	s, _ := single(t)
	const txs = 3
	for i := range txs {
		s.mustSubmit(t, fmt.Sprintf("tx %d", i))
	}
	must(t, s.stop())
	must(t, s.openStore())
	t.Cleanup(func() { must(t, s.db.Close()) })
	asked := 0
	wrong := errors.New("it is not so")
	faults := checked(t, s.db, AppCheck{Result: func(int64, int, TxResult) error {
		if asked++; asked == 2 {
			return wrong
		}
		return nil
	}})
	if asked != txs || len(faults) != 1 || !errors.Is(faults[0], wrong) {
		t.Errorf("asked about %d results of %d, faults %v", asked, txs, faults)
	}
}
