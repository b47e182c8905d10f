package node

import (
	"testing"

	"pedigree/internal/engine"
)

func TestTheStateBeforeTheLastBlockCanBeProven(t *testing.T) {
	c := testHome(t)
	n := openApplication(t, c)
	if _, found, err := n.signed.prove(nil); found || err != nil {
		t.Fatalf("before the first block of a run there is a signed state: %v, %v", found, err)
	}
	parts := n.state.Parts()
	for height, text := range []string{"good morning", "good day", "good evening"} {
		env := noteEnvelope(t, n.ChainID(), "greeting", text)
		if _, err := n.app.FinalizeBlock(engine.Block{Height: int64(height) + 1, Time: c.Founding.Time, Txs: [][]byte{env.Encode()}}); err != nil {
			t.Fatal(err)
		}
		if _, err := n.app.Commit(); err != nil {
			t.Fatal(err)
		}
		p, found, err := n.signed.prove([][]byte{notes.RawKey("greeting"), notes.RawKey("nothing here")})
		if err != nil || !found || p.Height != int64(height) || p.Parts != parts {
			t.Fatalf("after block %d the signed state is of height %d, %v, %v", height+1, p.Height, found, err)
		}
		for _, s := range p.States {
			if err := s.Verify(); err != nil {
				t.Errorf("after block %d: %v", height+1, err)
			}
		}
		if p.States[0].Found != (height > 0) || p.States[1].Found {
			t.Errorf("after block %d the note is there: %v", height+1, p.States[0].Found)
		}
		parts = n.state.Parts()
	}
}
