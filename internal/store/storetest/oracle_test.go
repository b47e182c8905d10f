package storetest

import (
	"crypto/sha256"
	"testing"

	"pedigree/proof"
)

func TestOracleKeepsToTheRulesOfPackageProof(t *testing.T) {
	hash := func(s string) proof.Hash { return sha256.Sum256([]byte(s)) }
	leaf := func(k, v string) proof.Hash { return proof.StateLeafHash(hash(k), hash(v)) }
	// SHA-256("a") begins with a one bit; those of "b" and "c" share some bits,
	// the first of them zero, and then part.
	b, c := hash("b"), hash("c")
	parting := 0
	for bitOf(b, parting) == bitOf(c, parting) {
		parting++
	}
	if !bitOf(hash("a"), 0) || parting == 0 || bitOf(b, 0) {
		t.Fatalf("the keys of this test aren't where it thinks: %s %s %s", hash("a"), b, c)
	}
	below := proof.StateInnerHash(leaf("b", "2"), leaf("c", "3"))
	if bitOf(b, parting) {
		below = proof.StateInnerHash(leaf("c", "3"), leaf("b", "2"))
	}
	for i := parting - 1; i > 0; i-- {
		if bitOf(b, i) {
			below = proof.StateInnerHash(proof.Hash{}, below)
		} else {
			below = proof.StateInnerHash(below, proof.Hash{})
		}
	}
	want := proof.StateInnerHash(below, leaf("a", "1"))
	got := StateRoot(map[string][]byte{"a": []byte("1"), "b": []byte("2"), "c": []byte("3")})
	if got != want {
		t.Errorf("three keys give %s, by hand %s", got, want)
	}
	if got := StateRoot(nil); !got.IsZero() {
		t.Errorf("no keys give %s, want zero", got)
	}
	if got := StateRoot(map[string][]byte{"a": []byte("1")}); got != leaf("a", "1") {
		t.Errorf("one key gives %s, want its leaf", got)
	}
}

func bitOf(h proof.Hash, i int) bool { return h[i/8]&(0x80>>(i%8)) != 0 }

func TestSetRootIsThatOfPackageProof(t *testing.T) {
	x, y := proof.Hash{1}, proof.Hash{2}
	got := SetRoot(map[Bucket][]proof.Hash{{Set: 2, Number: 7}: {x}, {Set: 1, Number: 9}: {x, y}})
	want := proof.SetRoot([]proof.SetBucket{
		{Set: 1, Bucket: 9, Count: 2, Chain: proof.SetStep(1, 9, proof.SetStep(1, 9, proof.Hash{}, x), y)},
		{Set: 2, Bucket: 7, Count: 1, Chain: proof.SetStep(2, 7, proof.Hash{}, x)},
	})
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// The published vectors of RFC 6962 trees over these eight inputs are those of
// the Certificate Transparency reference code.
func TestEventRootGivesTheKnownRoots(t *testing.T) {
	inputs := [][]byte{
		{},
		{0x00},
		{0x10},
		{0x20, 0x21},
		{0x30, 0x31},
		{0x40, 0x41, 0x42, 0x43},
		{0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57},
		{0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f},
	}
	for size, want := range map[int]string{
		0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	} {
		if got := EventRoot(inputs[:size]).String(); got != want {
			t.Errorf("%d events give %s, want %s", size, got, want)
		}
	}
}
