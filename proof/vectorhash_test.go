package proof_test

import (
	"encoding/hex"
	"fmt"
	"testing"

	"pedigree/proof"
)

func hexHash(h proof.Hash) hexed { return h[:] }

func hexHashes(list []proof.Hash) []hexed {
	out := make([]hexed, len(list))
	for i, h := range list {
		out[i] = hexed(h[:])
	}
	return out
}

// cborVectors lists encodings that are accepted, with what they mean, and others
// that are refused.
func cborVectors(t testing.TB) any {
	t.Helper()
	refused := []string{
		"", "1817", "1900ff", "1a0000ffff", "1b00000000ffffffff", "20", "c100", "f90000", "fa00000000", "f7", "f820", "1c", "5f41ff", "7f6161ff", "9f01ff",
		"bf0101ff", "61ff", "4201", "19ff", "8201", "0000", "5bffffffffffffffff", "62c328",
	}
	numbers := []uint64{0, 1, 23, 24, 255, 256, 65535, 65536, 1<<32 - 1, 1 << 32, 1<<53 - 1, 1 << 53, 1<<64 - 1}
	var accepted []object
	for _, n := range numbers {
		accepted = append(accepted, object{"bytes": hexed(proof.AppendUint(nil, n)), "uint": fmt.Sprint(n)})
	}
	for _, n := range []int{0, 1, 23, 24, 255, 256, 65536} {
		b := make([]byte, n)
		text := string(bytesOf('a', n))
		accepted = append(
			accepted,
			object{"head": hexed(proof.AppendBytes(nil, b)[:len(proof.AppendBytes(nil, b))-n]), "bytesOfLength": n},
			object{"head": hexed(proof.AppendText(nil, text)[:len(proof.AppendText(nil, text))-n]), "textOfLength": n},
			object{"head": hexed(proof.AppendArray(nil, n)), "arrayOfLength": n},
			object{"head": hexed(proof.AppendMap(nil, n)), "mapOfLength": n},
		)
	}
	accepted = append(
		accepted, object{"bytes": hexed(proof.AppendBool(nil, true)), "bool": true}, object{"bytes": hexed(proof.AppendBool(nil, false)), "bool": false},
		object{"bytes": hexed(proof.AppendNull(nil)), "null": true}, object{"bytes": hexed(proof.AppendText(nil, "Grüße, 薬")), "text": "Grüße, 薬"},
	)
	for _, digits := range refused {
		b, err := hex.DecodeString(digits)
		if err != nil {
			t.Fatal(err)
		}
		if r := proof.NewReader(b); r.Raw(4) != nil && r.Done() == nil {
			t.Fatalf("%s is accepted", digits)
		}
	}
	return object{"accepted": accepted, "refused": refused}
}

func bytesOf(c byte, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = c
	}
	return b
}

func hashVectors() any {
	a, b := seedHash("a"), seedHash("b")
	key := seedKey("vector", 0)
	parts := proof.AppHashParts{EventCount: 258, EventRoot: a, StateRoot: b, SetRoot: seedHash("c")}
	buckets := []proof.SetBucket{{Set: 1, Bucket: 5, Count: 2, Chain: a}, {Set: 1, Bucket: 6, Count: 1, Chain: b}}
	var sets []object
	for _, k := range buckets {
		sets = append(sets, object{"set": k.Set, "bucket": k.Bucket, "count": k.Count, "chain": hexHash(k.Chain)})
	}
	body := []byte("a body")
	sig := key.sign(a)
	return object{
		"tagged": []object{
			{"tag": proof.TagEntry, "body": hexed(body), "hash": hexHash(proof.TaggedHash(proof.TagEntry, body))},
			{"tag": proof.TagStatement, "body": hexed(nil), "hash": hexHash(proof.TaggedHash(proof.TagStatement, nil))},
		},
		"signature": object{"seed": hexed(key.private.Seed()), "key": hexed(key.public[:]), "message": hexHash(a), "signature": hexed(sig[:])},
		"appHash": object{
			"eventCount": 258, "eventRoot": hexHash(parts.EventRoot), "stateRoot": hexHash(parts.StateRoot), "setRoot": hexHash(parts.SetRoot),
			"bytes": hexed(parts.Encode()), "hash": hexHash(parts.Hash()),
		},
		"setStep":   object{"set": 1, "bucket": 5, "prev": hexHash(a), "item": hexHash(b), "hash": hexHash(proof.SetStep(1, 5, a, b))},
		"setRoot":   object{"buckets": sets, "hash": hexHash(proof.SetRoot(buckets))},
		"noSets":    hexHash(proof.SetRoot(nil)),
		"memo":      object{"salt": hexHash(a), "root": hexHash(b), "hash": hexHash(proof.MemoCommitment(a, b))},
		"reason":    object{"salt": hexHash(a), "text": "broken seal", "hash": hexHash(proof.ReasonCommitment(a, "broken seal"))},
		"statement": object{"salt": hexHash(a), "body": hexed(body), "signature": hexed(sig[:]), "hash": hexHash(proof.StatementCommitment(a, body, sig))},
		"presence": object{
			"chain": "pilot-1", "origin": hexHash(a), "leaf": hexHash(b), "nonce": hexed(nonce), "hash": hexHash(proof.PresenceMessage("pilot-1", a, b, nonce)),
		},
	}
}

func custodyVectors() any {
	p := newPallet("pilot-1", "vector", 3, 5)
	key := seedKey("key0/vector", 0).public
	secret := []byte("an organisation's custody secret")
	var cases []object
	for c := range 3 {
		var units []object
		for u := range 5 {
			o := p.unit(c, u)
			units = append(units, object{
				"id": o.ID, "attrs": hexed(o.Attrs), "salt": hexHash(o.Salt), "leaf": hexHash(o.Leaf()),
				"node": hexHash(proof.Node(o.Leaf(), 0, proof.Hash{})), "slot": p.caseOrders[c][u],
			})
		}
		cases = append(cases, object{
			"id": caseID(c), "attrs": hexed(caseAttrs), "seed": hexHash(proof.ChildSeed(p.seed, caseID(c))), "salt": hexHash(proof.ChildSalt(p.seed, caseID(c))),
			"leaf": hexHash(p.caseLeaf(c)), "depth": p.caseTrees[c].Depth(), "root": hexHash(p.caseTrees[c].Root()), "slot": p.order[c], "units": units,
		})
	}
	var orders []object
	for _, depth := range []uint8{1, 3, 6, 9} {
		seed := seedHash("order %d", depth)
		orders = append(orders, object{"seed": hexHash(seed), "depth": depth, "order": proof.SlotOrder(seed, depth)})
	}
	return object{
		"chain": p.statement.ChainID, "key0": hexed(key[:]), "origin": hexHash(p.origin), "secret": hexed(secret), "label": hexed("vector"), "seed": hexHash(p.commission),
		"pallet": object{
			"id": "/00/" + sscc, "attrs": hexed(palletAttrs), "seed": hexHash(p.seed), "salt": hexHash(p.unitOfAll().Salt), "leaf": hexHash(p.leaf),
			"depth": p.tree.Depth(), "root": hexHash(p.tree.Root()),
		},
		"cases": cases, "slotOrders": orders, "batches": batchVectors(p),
	}
}

// batchVectors open some slots of the first case at once.
func batchVectors(p pallet) []object {
	byPos := map[uint16]proof.Slot{}
	for u, pos := range p.caseOrders[0][:5] {
		byPos[pos] = proof.Slot{Pos: pos, Leaf: p.unit(0, u).Leaf()}
	}
	var out []object
	for _, count := range []int{1, 3, 5} {
		var positions []uint16
		var slots []object
		for pos := range uint16(8) {
			if s, ok := byPos[pos]; ok && len(positions) < count {
				positions = append(positions, pos)
				slots = append(slots, object{"pos": pos, "leaf": hexHash(s.Leaf), "depth": 0, "root": hexHash(proof.Hash{})})
			}
		}
		out = append(out, object{
			"depth": p.caseTrees[0].Depth(), "root": hexHash(p.caseTrees[0].Root()), "slots": slots, "hashes": hexHashes(p.caseTrees[0].Batch(positions)),
		})
	}
	return out
}

func treeVectors(t testing.TB) any {
	t.Helper()
	raw, leaves := items(21)
	ref := reference(raw)
	var roots []hexed
	var inclusion, consistency []object
	for n := range 22 {
		roots = append(roots, hexHash(proof.TreeRoot(leaves[:n])))
	}
	for _, at := range [][2]int{{0, 1}, {0, 2}, {4, 7}, {6, 7}, {13, 21}, {20, 21}} {
		path := proof.TreePath(leaves[:at[1]], at[0])
		branch, err := proof.NewBranchPath(uint64(at[0]), uint64(at[1]), path)
		if err != nil {
			t.Fatal(err)
		}
		inclusion = append(inclusion, object{"index": at[0], "size": at[1], "path": hexHashes(path), "directions": branch.Left})
	}
	for _, at := range [][2]uint64{{1, 1}, {1, 2}, {3, 7}, {8, 21}, {9, 21}, {20, 21}} {
		path, err := ref.ConsistencyProof(at[0], at[1])
		if err != nil {
			t.Fatal(err)
		}
		consistency = append(consistency, object{"from": at[0], "to": at[1], "path": hexHashes(asHashes(path))})
	}
	return object{"items": raws(raw), "roots": roots, "inclusion": inclusion, "consistency": consistency}
}

func raws(list [][]byte) []hexed {
	out := make([]hexed, len(list))
	for i, b := range list {
		out[i] = b
	}
	return out
}

func stateVectors() any {
	var out []object
	for _, n := range []int{0, 1, 2, 5, 40} {
		tr := newTree(0)
		var entries, paths []object
		for i := range n {
			key, value := fmt.Appendf(nil, "key %d", i), fmt.Appendf(nil, "value %d", i)
			tr.set(key, value)
			entries = append(entries, object{"key": hexed(key), "value": hexed(value)})
		}
		absent := [][]byte{[]byte("absent 1"), []byte("absent 2"), []byte("absent 3")}
		for _, key := range absent {
			tr.ask(key)
		}
		for i := range min(n, 3) {
			key := fmt.Appendf(nil, "key %d", i)
			paths = append(paths, object{"key": hexed(key), "value": hexed(fmt.Appendf(nil, "value %d", i)), "path": hexed(tr.path(key).Append(nil))})
		}
		for _, key := range absent {
			paths = append(paths, object{"key": hexed(key), "path": hexed(tr.path(key).Append(nil))})
		}
		out = append(out, object{"entries": entries, "root": hexHash(tr.root()), "paths": paths})
	}
	return object{"trees": out}
}
