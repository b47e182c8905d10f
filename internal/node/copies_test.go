package node

import (
	"testing"

	"pedigree/internal/engine"
	"pedigree/ledger"
	"pedigree/proof"
)

// openApplication opens a node's state without an engine and founds the network.
func openApplication(t *testing.T, c Config) *Node {
	t.Helper()
	n := &Node{codes: map[uint32]ledger.Code{}}
	if err := n.open(c); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.close(); err != nil {
			t.Error(err)
		}
	})
	found(t, n, c)
	if err := n.state.Commit(false); err == nil {
		t.Fatal("the founding left something staged")
	}
	return n
}

// found calls InitChain as the engine does and returns the validators.
func found(t *testing.T, n *Node, c Config) []engine.ValidatorUpdate {
	t.Helper()
	genesis, err := c.Founding.Genesis()
	if err != nil {
		t.Fatal(err)
	}
	_, validators, err := n.app.InitChain(genesis)
	if err != nil {
		t.Fatal(err)
	}
	return validators
}

func TestACopyWithAnotherSignatureTellsNobodyThatTheEntryWasRefused(t *testing.T) {
	c := testHome(t)
	n := openApplication(t, c)
	env := noteEnvelope(t, n.ChainID(), "greeting", "good morning")
	forged := proof.Envelope{Body: env.Body, BodyBytes: env.BodyBytes, Signatures: []proof.Signature{proof.Sign(testKey("thief"), env.ID())}}
	block := engine.Block{Height: 1, Time: c.Founding.Time, Txs: [][]byte{forged.Encode(), env.Encode(), env.Encode()}}
	ch := n.waiting.join(env.ID())
	res, err := n.app.FinalizeBlock(block)
	if err != nil {
		t.Fatal(err)
	}
	n.tell(engine.CommittedBlock{Height: 1, Txs: block.Txs, Results: res.Results})
	select {
	case o := <-ch:
		if o.Code != 0 || o.Index != 1 {
			t.Errorf("the waiter was told %+v, the entry was accepted at place 1", o)
		}
	default:
		t.Error("the waiter was told nothing")
	}
}
