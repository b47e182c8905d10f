package node

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/ledger"
)

func TestEntriesAreCountedByTheirCode(t *testing.T) {
	n := startNode(t, testHome(t))
	defer n.Stop()
	commit(t, n, noteEnvelope(t, n.ChainID(), "a", "text"))
	commit(t, n, noteEnvelope(t, n.ChainID(), "b", "text"))
	commit(t, n, noteEnvelope(t, n.ChainID(), "empty", ""))
	if err := n.Submit(t.Context(), noteEnvelope(t, "another-chain", "c", "text").Encode()); ledger.CodeOf(err) != ledger.CodeWrongChain {
		t.Fatal(err)
	}
	if err := n.Submit(t.Context(), make([]byte, ledger.EnvelopeSizeMax+1)); ledger.CodeOf(err) != ledger.CodeTooLarge {
		t.Fatal(err)
	}
	want := map[string]uint64{accepted: 3, ledger.CodeWrongChain.Name: 1, ledger.CodeTooLarge.Name: 1}
	if diff := cmp.Diff(want, n.Submits()); diff != "" {
		t.Errorf("submits: %s", diff)
	}
	if diff := cmp.Diff(map[string]uint64{accepted: 2, codeEmpty.Name: 1}, n.Committed()); diff != "" {
		t.Errorf("committed: %s", diff)
	}
	n.submits.add(4_000_000_000)
	if n.Submits()[ledger.CodeInternal.Name] != 1 {
		t.Error("a code that no rule has was counted by its own name")
	}
}
