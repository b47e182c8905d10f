package anchor

import (
	"flag"
	"testing"

	"pedigree/ledger/ledgertest"
)

//go:generate go test . -count=1 -run ^TestVectorsAreFresh$ -update

var update = flag.Bool("update", false, "write docs/internals/vectors/anchor.json anew")

// TestVectorsAreFresh holds that the message, event and row of the module stand in
// the published vectors as this program writes them.
func TestVectorsAreFresh(t *testing.T) {
	root := ledgertest.HashOf("root")
	messages := map[string][]any{"anchor": {&SetAnchor{Purpose: "audit", Root: root}}}
	events := map[string][]any{"anchored": {anchored{Member: "alpha", Purpose: "audit", Root: root}}}
	row := ledgertest.Row(t, anchors, "anchor-row", ledgertest.Object{"org": "alpha", "purpose": "audit"}, place{"alpha", "audit"}, Anchor{Root: root, Height: 70_000})
	ledgertest.FreshVectors(t, *update, "anchor.json", ledgertest.ModuleVectors(t, Module(), messages, events, []ledgertest.Object{row}, []string{anchors.Name}))
}

func TestAKeyWithoutASlashIsRefused(t *testing.T) {
	if k, err := placeKey.Decode([]byte("alpha")); err == nil {
		t.Errorf("it is read as %v", k)
	}
}
