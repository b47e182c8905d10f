package partnerview

import (
	"testing"

	"pedigree/internal/vault"
	"pedigree/proof"
)

// The contexts that the schema tells of are those that entries and checks are sealed with.
func TestEntriesAndChecksComeUnderAnotherKey(t *testing.T) {
	w := newWorld(t)
	if _, err := w.Add(t.Context(), Partner{Name: "Sample Wholesaler"}); err != nil {
		t.Fatal(err)
	}
	a, err := w.CheckNow(t.Context(), Query{GLN: glnDock, Role: proof.RoleDispenser}, "before")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []vault.Key{{8}, {1, 2, 3}} { // and back, for the server's vault is used again
		if done, err := w.vault.Rekey(t.Context(), key); err != nil || done.Values != 2 {
			t.Fatalf("%+v, %v", done, err)
		}
		b := New(Config{Vault: w.vault})
		list, err := b.List(t.Context(), Filter{Text: "sample"})
		if err != nil || len(list) != 1 || list[0].Name != "Sample Wholesaler" {
			t.Errorf("the book holds %+v, %v", list, err)
		}
		if kept, err := b.Evidence(t.Context(), a.Evidence); err != nil || kept.Why != "before" {
			t.Errorf("the check holds %+v, %v", kept, err)
		}
	}
}
