package proof_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"pedigree/proof"
)

func sha(parts ...[]byte) proof.Hash {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	return proof.Hash(h.Sum(nil))
}

func mac(key []byte, parts ...[]byte) proof.Hash {
	m := hmac.New(sha256.New, key)
	for _, p := range parts {
		m.Write(p)
	}
	return proof.Hash(m.Sum(nil))
}

func short(n int) []byte { return binary.BigEndian.AppendUint16(nil, uint16(n)) }

// TestCustodyHashesAreThoseOfTheSpecification writes every hash out byte by byte.
func TestCustodyHashesAreThoseOfTheSpecification(t *testing.T) {
	key, salt, root, seed := seedKey("k", 0).public, seedHash("salt"), seedHash("root"), seedHash("seed")
	id, attrs := unitID(1, 2), unitAttrs
	leaf := proof.Leaf(salt, id, attrs)
	sig := seedKey("k", 0).sign(root)
	tests := map[string]struct{ got, want proof.Hash }{
		"origin":             {proof.Origin("c-1", key), sha([]byte{6}, short(3), []byte("c-1"), key[:])},
		"seed of commission": {proof.CommissionSeed([]byte("s"), []byte("label")), mac([]byte("s"), []byte{9}, []byte("label"))},
		"seed of a child":    {proof.ChildSeed(seed, id), mac(seed[:], []byte{9}, []byte(id))},
		"salt of a child":    {proof.ChildSalt(seed, id), mac(seed[:], []byte{1}, []byte(id))},
		"leaf":               {leaf, sha([]byte{2}, salt[:], short(len(id)), []byte(id), short(len(attrs)), attrs)},
		"node":               {proof.Node(leaf, 6, root), sha([]byte{3}, leaf[:], []byte{6}, root[:])},
		"slot tree":          {proof.NewSlotTree(1, []proof.Hash{leaf, root}).Root(), sha([]byte{4}, leaf[:], root[:])},
		"statement":          {proof.StatementCommitment(salt, []byte("body"), sig), sha([]byte{0x13}, salt[:], short(4), []byte("body"), sig[:])},
		"memo":               {proof.MemoCommitment(salt, root), sha([]byte{0x14}, salt[:], root[:])},
		"reason":             {proof.ReasonCommitment(salt, "why"), sha([]byte{0x15}, salt[:], short(3), []byte("why"))},
		"state leaf":         {proof.StateLeafHash(salt, root), sha([]byte{0}, salt[:], root[:])},
		"step of a set":      {proof.SetStep(1, 7, salt, root), sha([]byte{0x11, 1}, binary.BigEndian.AppendUint64(nil, 7), salt[:], root[:])},
		"root of no sets":    {proof.SetRoot(nil), sha([]byte{0x12}, make([]byte, 8))},
		"presence": {
			proof.PresenceMessage("c-1", salt, leaf, nonce),
			proof.TaggedHash("pedigree/presence/1", append(append(append(append([]byte{0x85, 1, 0x63}, "c-1\x58\x20"...), salt[:]...), append([]byte("\x58\x20"), leaf[:]...)...), append([]byte{0x58, byte(len(nonce))}, nonce...)...)),
		},
	}
	for name, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s is %s, want %s", name, tt.got, tt.want)
		}
	}
}

func TestSlotsAreAPermutationThatTheSeedDecides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := seedHash("seed %d", rapid.Uint64().Draw(t, "seed"))
		depth := uint8(rapid.IntRange(proof.SlotDepthMin, 8).Draw(t, "depth"))
		order := proof.SlotOrder(seed, depth)
		seen := make([]bool, 1<<depth)
		for _, s := range order {
			if seen[s] {
				t.Fatalf("slot %d is given twice", s)
			}
			seen[s] = true
		}
		if len(order) != 1<<depth {
			t.Fatalf("%d slots are given out of %d", len(order), 1<<depth)
		}
	})
	if n := len(proof.SlotOrder(proof.Hash{}, proof.SlotDepthMax)); n != proof.SlotsShownMax {
		t.Fatalf("the greatest container has %d slots", n)
	}
	if a, b := proof.SlotOrder(seedHash("a"), 8), proof.SlotOrder(seedHash("b"), 8); a[0] == b[0] && a[1] == b[1] && a[2] == b[2] {
		t.Fatal("two seeds give one order")
	}
}

func TestAContainerHoldsSoMuch(t *testing.T) {
	for _, tt := range []struct {
		n     int
		depth uint8
	}{{1, 1}, {2, 1}, {3, 2}, {40, 6}, {64, 6}, {65, 7}, {4096, 12}} {
		if d, err := proof.SlotDepth(tt.n); err != nil || d != tt.depth {
			t.Errorf("%d items need depth %d (%v), want %d", tt.n, d, err, tt.depth)
		}
	}
	if _, err := proof.SlotDepth(4097); err == nil {
		t.Error("4,097 items were taken")
	}
}

// randomTree is a container with some slots filled.
func randomTree(t *rapid.T) (*proof.SlotTree, map[uint16]proof.Slot) {
	depth := uint8(rapid.IntRange(proof.SlotDepthMin, 6).Draw(t, "depth"))
	nodes, filled := make([]proof.Hash, 1<<depth), map[uint16]proof.Slot{}
	for _, pos := range rapid.SliceOfNDistinct(rapid.Uint16Range(0, 1<<depth-1), 1, 1<<depth, rapid.ID).Draw(t, "filled") {
		s := proof.Slot{Pos: pos, Leaf: seedHash("leaf %d", pos)}
		if pos%3 == 0 {
			s.Depth, s.Root = 4, seedHash("root %d", pos)
		}
		nodes[pos], filled[pos] = proof.Node(s.Leaf, s.Depth, s.Root), s
	}
	return proof.NewSlotTree(depth, nodes), filled
}

func TestASlotPathProvesOneSlotOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree, filled := randomTree(t)
		for pos, s := range filled {
			sibs := tree.Siblings(pos)
			if err := proof.VerifySlotPath(tree.Depth(), tree.Root(), s, sibs); err != nil {
				t.Fatal(err)
			}
			for _, wrong := range []proof.Slot{
				{Pos: pos ^ 1, Leaf: s.Leaf, Depth: s.Depth, Root: s.Root},
				{Pos: pos, Leaf: s.Root, Depth: s.Depth, Root: s.Root},
				{Pos: pos, Leaf: s.Leaf, Depth: s.Depth + 1, Root: s.Root},
				{Pos: pos, Leaf: s.Leaf, Depth: s.Depth, Root: s.Leaf},
				{Pos: pos + 1<<tree.Depth(), Leaf: s.Leaf, Depth: s.Depth, Root: s.Root},
			} {
				if err := proof.VerifySlotPath(tree.Depth(), tree.Root(), wrong, sibs); !errors.Is(err, proof.ErrProof) {
					t.Fatalf("slot %+v passes for %+v: %v", wrong, s, err)
				}
			}
			if proof.VerifySlotPath(tree.Depth(), tree.Root(), s, sibs[1:]) == nil {
				t.Fatal("a shorter path passes")
			}
		}
	})
}

func TestABatchOpeningProvesItsSlotsOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree, filled := randomTree(t)
		var slots []proof.Slot
		var positions []uint16
		for pos := range uint16(1 << tree.Depth()) {
			if s, ok := filled[pos]; ok && (len(slots) == 0 || rapid.Bool().Draw(t, "show")) {
				slots, positions = append(slots, s), append(positions, pos)
			}
		}
		hashes := tree.Batch(positions)
		if err := proof.VerifySlotBatch(tree.Depth(), tree.Root(), slots, hashes); err != nil {
			t.Fatal(err)
		}
		pick := rapid.IntRange(0, len(slots)-1).Draw(t, "pick")
		changed := append([]proof.Slot{}, slots...)
		changed[pick].Leaf[0] ^= 1
		wrong := map[string]error{
			"another leaf":     proof.VerifySlotBatch(tree.Depth(), tree.Root(), changed, hashes),
			"a slot twice":     proof.VerifySlotBatch(tree.Depth(), tree.Root(), append(append([]proof.Slot{}, slots[:pick+1]...), slots[pick:]...), hashes),
			"a hash too many":  proof.VerifySlotBatch(tree.Depth(), tree.Root(), slots, append(append([]proof.Hash{}, hashes...), proof.Hash{})),
			"a level too many": proof.VerifySlotBatch(tree.Depth()+1, tree.Root(), slots, hashes),
			"no slots":         proof.VerifySlotBatch(tree.Depth(), tree.Root(), nil, []proof.Hash{tree.Root()}),
		}
		if len(hashes) > 0 {
			wrong["a hash too few"] = proof.VerifySlotBatch(tree.Depth(), tree.Root(), slots, hashes[1:])
		}
		for name, err := range wrong {
			if !errors.Is(err, proof.ErrProof) {
				t.Fatalf("%s passes: %v", name, err)
			}
		}
	})
}
