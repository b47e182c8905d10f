package ledger_test

import (
	"encoding/binary"
	"flag"
	"testing"

	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

//go:generate go test . -count=1 -run ^TestVectorsAreFresh$ -update

var update = flag.Bool("update", false, "write docs/internals/vectors/kernel.json anew")

// quotaRow and paramsRow are the kernel's own rows, as the published CDDL has them.
type quotaRow struct {
	_       struct{} `cbor:",toarray"`
	Entries uint64
	Writes  uint64
}

// TestVectorsAreFresh publishes one block from its envelopes to its results,
// events and set items, with the rows that the kernel itself keeps.
func TestVectorsAreFresh(t *testing.T) {
	c := newToy(t)
	txs := [][]byte{
		c.Envelope(ledgertest.Act{As: "a", Entries: entries(t, act{Do: "add", Name: "x", N: 7}, act{Do: "write", N: 3}), Signers: []string{"s"}}),
		c.Envelope(ledgertest.Act{As: "b", Also: []string{"a"}, Entries: entries(t, act{Do: "add", Name: "x", N: 300})}),
		c.Envelope(ledgertest.Act{As: "a", Entries: entries(t, act{Do: "no such act"})}),
		c.Envelope(ledgertest.Act{As: "a", Entries: entries(t, act{Do: "limit entries", N: 5_000_000_000})}),
	}
	first := len(c.State.Events)
	results := c.Block(txs...)
	var shown, adds []ledgertest.Object
	for _, r := range results {
		shown = append(shown, ledgertest.Object{"code": r.Code, "data": ledgertest.Hex(r.Data)})
	}
	chains := map[uint64]proof.SetBucket{}
	for _, a := range c.Last.Changes.SetAdds {
		adds = append(adds, ledgertest.Object{"set": a.Set, "bucket": a.Bucket, "item": a.Item.String()})
		b := chains[a.Bucket]
		chains[a.Bucket] = proof.SetBucket{Set: a.Set, Bucket: a.Bucket, Count: b.Count + 1, Chain: proof.SetStep(a.Set, a.Bucket, b.Chain, a.Item)}
	}
	if len(chains) != 1 {
		t.Fatalf("%d buckets of seen ids, want 1", len(chains))
	}
	ledgertest.FreshVectors(t, *update, "kernel.json", ledgertest.Object{
		"chain": ledgertest.ChainID, "height": c.Height, "time": c.Time, "firstEvent": first, "envelopes": hexes(txs), "results": shown,
		"members": ledgertest.Object{"a": ledgertest.Key("a").String(), "b": ledgertest.Key("b").String()},
		"events":  hexes(c.Last.Changes.Events), "setAdds": adds, "setRoot": proof.SetRoot([]proof.SetBucket{chains[adds[0]["bucket"].(uint64)]}).String(),
		"rows": kernelRows(t, c.Chain),
	})
}

func entries(t testing.TB, acts ...act) []proof.Entry {
	t.Helper()
	return []proof.Entry{ledgertest.Entry(t, "toy", "script", &script{Acts: acts})}
}

func hexes(list [][]byte) []string {
	out := make([]string, len(list))
	for i, b := range list {
		out[i] = ledgertest.Hex(b)
	}
	return out
}

func kernelRows(t testing.TB, c *ledgertest.Chain) []ledgertest.Object {
	t.Helper()
	var out []ledgertest.Object
	for _, key := range c.State.Keys() {
		var value any
		row := ledgertest.Object{"key": ledgertest.Hex([]byte(key)), "bytes": ledgertest.Hex(c.State.Rows[key])}
		switch key[0] {
		case proof.PrefixQuota:
			value, row["map"], row["rule"] = &quotaRow{}, "ledger/quota", "quota-row"
			row["of"] = ledgertest.Object{"day": binary.BigEndian.Uint32([]byte(key)[1:]), "org": key[5:]}
		case proof.PrefixParams:
			value, row["map"], row["rule"] = &ledger.Params{}, "ledger/params", "params-row"
			row["of"] = ledgertest.Object{"name": key[1:]}
		default:
			continue
		}
		if err := ledger.DecodeMessage(c.State.Rows[key], value); err != nil {
			t.Fatal(err)
		}
		row["value"] = ledgertest.Plain(value)
		out = append(out, row)
	}
	if len(out) != 3 {
		t.Fatalf("%d rows of the kernel, want two of quotas and one of limits", len(out))
	}
	return out
}
