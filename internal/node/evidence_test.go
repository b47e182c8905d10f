package node

import (
	"context"
	"testing"
	"time"

	"pedigree/ledger"
	"pedigree/proof"
)

func (e *seat) envelope(t *testing.T, chain, memo string) proof.Envelope {
	t.Helper()
	message, err := ledger.EncodeMessage(e)
	if err != nil {
		t.Fatal(err)
	}
	env := noteEnvelope(t, chain, "seat", memo)
	env.Body.Entries = append(env.Body.Entries, proof.Entry{Module: "seat", Kind: "set", Message: message})
	env.BodyBytes = env.Body.Encode()
	env.Signatures = []proof.Signature{proof.Sign(testKey("alone"), env.ID())}
	return env
}

func TestProofsHoldAfterEveryOrderAboutValidators(t *testing.T) {
	c := testHome(t)
	founder := c.Founding.Validators[0].Key
	c.Modules = append(c.Modules, seatModule(founder))
	n := startNode(t, c)
	defer func() {
		if err := n.Stop(); err != nil {
			t.Error(err)
		}
	}()
	trust, err := n.Trust()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for _, step := range []struct {
		name  string
		power uint64
		links int
	}{
		{"the power that it has", 7, 0},
		{"another power", 8, 1},
		{"that power once more", 8, 1},
		{"the first power again", 7, 2},
	} {
		if o := commit(t, n, (&seat{Key: founder, Power: step.power}).envelope(t, n.ChainID(), step.name)); o.Code != 0 {
			t.Fatalf("%s: %+v", step.name, o)
		}
		if err := n.engine.WaitHeight(ctx, n.engine.Height()+1); err != nil { // the header that names the new set
			t.Fatal(err)
		}
		env := noteEnvelope(t, n.ChainID(), "after", step.name)
		commit(t, n, env)
		receipt, err := n.Receipt(ctx, env.ID())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := receipt.Verify(trust); err != nil {
			t.Errorf("%s: %v", step.name, err)
		}
		if got := len(receipt.Header.Links); got != step.links {
			t.Errorf("%s: %d links, want %d", step.name, got, step.links)
		}
	}
}
