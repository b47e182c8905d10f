package main

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"pedigree/domain/org/orgview"
	"pedigree/proof"
)

// TestAnActDoneAgainWithinASecondIsAnotherEntry sets a member's identifiers to one list,
// to another and to the first again while the clock stands still. What is sent again
// while it waits for its block stays one entry.
func TestAnActDoneAgainWithinASecondIsAnotherEntry(t *testing.T) {
	d := auditedNode(t)
	d.during(func(r *running) {
		ctx := context.WithoutCancel(t.Context())
		stands := time.Now().Add(time.Hour)
		acts := *r.own.acts
		acts.Now = func() time.Time { return stands }
		set := func(gln string) (orgview.Done, error) {
			return acts.Send(ctx, "org", "set-identifiers", json.RawMessage(fmt.Sprintf(`{"member": "maker", "identifiers": [{"kind": "gln", "value": %q}]}`, gln)))
		}
		seen := map[proof.Hash]bool{}
		for i, gln := range []string{"0399991000015", "0399991000022", "0399991000015", "0399991000022", "0399991000015"} {
			done, err := set(gln)
			if err != nil || seen[done.ID] {
				t.Fatalf("act %d: %+v, %v", i, done, err)
			}
			seen[done.ID] = true
		}
		acts.Chain = waits{r.own.acts.Chain}
		first, err := set("0399991000039")
		if err != nil {
			t.Fatal(err)
		}
		if again, err := set("0399991000039"); err != nil || again.ID != first.ID {
			t.Errorf("sent again while it waits it is entry %s, not %s: %v", again.ID, first.ID, err)
		}
	})
}

// waits is a chain on which what is sent waits for its block.
type waits struct{ orgview.Chain }

func (waits) Submit(context.Context, []byte) error { return nil }

func (waits) End(context.Context, proof.Hash) (uint64, error) { return 0, nil }
