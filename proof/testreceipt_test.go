package proof_test

import (
	"fmt"
	"testing"

	"pedigree/proof"
)

// maker is an organisation with a signing key, for receipts and bundles.
const maker = "maker-1"

func makerKey() keyPair { return seedKey("maker", 1) }

func makerState() proof.Member {
	return proof.Member{
		Name: "Maker One", Standing: proof.MemberActive, Roles: proof.RoleManufacturer, Admitted: 2,
		IDs:      []proof.Identifier{{Kind: proof.IdentGLN, Value: "9504000059101"}},
		Keys:     []proof.MemberKeyEntry{{ID: 1, Key: makerKey().public, From: 2}},
		Prefixes: []proof.MemberPrefix{{Prefix: "9504000", From: 2}},
		Licences: []proof.Licence{{Role: proof.RoleManufacturer, Place: "US", Number: "ML-1", FromDay: 20_000, ToDay: 22_000, Recorded: 3, By: "board-1"}},
	}
}

// signedEntry is an envelope that maker-1 admits and two further keys sign.
func signedEntry(chainID string) proof.Envelope {
	signers := []keyPair{seedKey("signer", 1), seedKey("signer", 2)}
	body := proof.Body{
		ChainID: chainID, ValidUntil: 1_790_003_600,
		Admission: []proof.Admission{{Org: maker, KeyID: 1}},
		Entries:   []proof.Entry{{Module: "trace", Kind: "post", Message: proof.AppendText(proof.AppendArray(nil, 1), "hello")}},
		Signers:   []proof.Key{signers[0].public, signers[1].public},
	}
	env := proof.Envelope{Body: body, BodyBytes: body.Encode()}
	for _, k := range append([]keyPair{makerKey()}, signers...) {
		env.Signatures = append(env.Signatures, k.sign(env.ID()))
	}
	return env
}

// receiptOf makes the receipt of an entry that was the third of five in a block.
func receiptOf(t testing.TB, c chain, env proof.Envelope, code uint32, withMembers bool) proof.Receipt {
	t.Helper()
	res := proof.Result{Code: uint64(code), ID: env.ID(), FirstEvent: 40}
	if code == 0 {
		e := proof.Event{Height: 7, Place: 2, Entry: env.ID(), Module: "trace", Name: "posted", Data: proof.AppendArray(nil, 0)}
		res.Events = [][]byte{e.Encode()}
	}
	r := proof.Receipt{Envelope: env.Encode(), Code: code, Data: res.EncodeData()}
	var leaves []proof.Hash
	for i := range 5 {
		leaves = append(leaves, proof.ResultLeaf(0, fmt.Appendf(nil, "another result %d", i)))
	}
	leaves[2] = proof.ResultLeaf(r.Code, r.Data)
	path, err := proof.NewBranchPath(2, 5, proof.TreePath(leaves, 2))
	if err != nil {
		t.Fatal(err)
	}
	tr := newTree(8)
	tr.set(proof.MemberKey(maker), makerState().Encode())
	parts := proof.AppHashParts{EventCount: 41, EventRoot: seedHash("events"), StateRoot: tr.root(), SetRoot: seedHash("sets")}
	h := c.header(8)
	h.LastResults, h.App = proof.TreeRoot(leaves), parts.Hash()
	r.Path, r.Header = path, c.attest(t, h)
	if withMembers {
		r.Parts = &parts
		r.Members = []proof.StateValue{{Value: makerState().Encode(), Path: tr.path(proof.MemberKey(maker))}}
	}
	return r
}

// laterMembers moves the members' state of a receipt under a later header of its
// chain, which lists two more keys.
func laterMembers(t testing.TB, c chain, r proof.Receipt, change func(*proof.Member)) proof.Receipt {
	t.Helper()
	m := makerState()
	m.Keys[0].To = 19
	m.Keys = append(m.Keys, proof.MemberKeyEntry{ID: 2, Key: seedKey("maker", 2).public, From: 15})
	if change != nil {
		change(&m)
	}
	tr := newTree(8)
	tr.set(proof.MemberKey(maker), m.Encode())
	parts := proof.AppHashParts{EventCount: 90, EventRoot: seedHash("later events"), StateRoot: tr.root(), SetRoot: seedHash("sets")}
	h := c.header(r.Header.Signed.Header.Height + 16)
	h.App = parts.Hash()
	later := c.attest(t, h)
	later.Validators = nil
	r.Parts, r.Later = &parts, &later
	r.Members = []proof.StateValue{{Value: m.Encode(), Path: tr.path(proof.MemberKey(maker))}}
	return r
}

// flipEveryByte changes one bit of each byte of an object, and more bits of some,
// and expects that it is refused with a part named; it returns how often each part
// was named.
func flipEveryByte(t *testing.T, object []byte, verify func([]byte) error) map[string]int {
	t.Helper()
	if err := verify(object); err != nil {
		t.Fatalf("unchanged: %v", err)
	}
	named := map[string]int{}
	b := append([]byte{}, object...)
	for i := range b {
		for _, mask := range []byte{0x01, 0xa5} {
			if mask != 0x01 && i%5 != 0 {
				continue
			}
			b[i] ^= mask
			part := proof.FailedPart(verify(b))
			b[i] ^= mask
			if part == "" {
				t.Fatalf("byte %d of %d changed by %#x is accepted or names no part: %v", i, len(b), mask, verify(b))
			}
			named[part]++
		}
	}
	return named
}
