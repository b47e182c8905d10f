//go:build linux

package flood

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"testing"
	"time"

	"pedigree/domain/anchor"
	"pedigree/domain/trace"
	"pedigree/e2e/cluster"
	"pedigree/ledger"
	"pedigree/proof"
)

// kind makes the n-th envelope of one kind.
type kind struct {
	name string
	make func(t testing.TB, m *cluster.Member, chain string, n uint64) []byte
}

var kinds = []kind{
	{"small ones that are good", func(t testing.TB, m *cluster.Member, chain string, n uint64) []byte {
		return signed(body(m.ID, chain, time.Hour, entry(t, "anchor", "anchor", word(n))), m.Key)
	}},
	{"the largest, with all signatures, that fail in the block", func(t testing.TB, m *cluster.Member, chain string, n uint64) []byte {
		b := body(m.ID, chain, time.Hour)
		for i := range uint64(packs) {
			b.Entries = append(b.Entries, entry(t, "trace", "pack", packed(n<<8|i)))
		}
		keys := []ed25519.PrivateKey{m.Key}
		for i := range uint64(ledger.SignersMax) {
			seed := hashed(i)
			key := ed25519.NewKeyFromSeed(seed[:])
			keys, b.Signers = append(keys, key), append(b.Signers, proof.NewKey(key.Public().(ed25519.PublicKey)))
		}
		return signed(b, keys...)
	}},
	{"ones that expire on the way", func(t testing.TB, m *cluster.Member, chain string, n uint64) []byte {
		return signed(body(m.ID, chain, floodMost/2, entry(t, "anchor", "anchor", word(n))), m.Key)
	}},
	{"ones of an organisation that nobody admitted", func(t testing.TB, m *cluster.Member, chain string, n uint64) []byte {
		return signed(body("nobody", chain, time.Hour, entry(t, "anchor", "anchor", word(n))), m.Key)
	}},
	{"ones in another's name", func(t testing.TB, m *cluster.Member, chain string, n uint64) []byte {
		return signed(body("maker", chain, time.Hour, entry(t, "anchor", "anchor", word(n))), m.Key)
	}},
	{"noise of the largest size", func(_ testing.TB, _ *cluster.Member, _ string, n uint64) []byte {
		raw := make([]byte, 0, ledger.EnvelopeSizeMax)
		for h := hashed(n); len(raw) < ledger.EnvelopeSizeMax; h = sha256.Sum256(h[:]) {
			raw = append(raw, h[:]...)
		}
		return raw
	}},
}

// packs is how many packings of the largest size fit one envelope beside all signatures.
const packs = 6

func hashed(n uint64) [32]byte { return sha256.Sum256(binary.BigEndian.AppendUint64(nil, n)) }

func word(n uint64) *anchor.SetAnchor {
	return &anchor.SetAnchor{Purpose: "flood", Root: proof.Hash(hashed(n))}
}

// packed packs what doesn't exist.
func packed(n uint64) *trace.Pack {
	p := &trace.Pack{Box: trace.Ref{Leaf: hashed(n)}}
	for i := range uint64(trace.OriginsMax) {
		p.Origins = append(p.Origins, hashed(n<<16|i))
	}
	for i := range uint64(trace.RecordsMax - 1) {
		p.Recs = append(p.Recs, trace.Ref{Origin: i % trace.OriginsMax, Leaf: hashed(n<<16 | 1<<15 | i)})
	}
	return p
}

func entry(t testing.TB, module, kind string, message any) proof.Entry {
	t.Helper()
	raw, err := ledger.EncodeMessage(message)
	if err != nil {
		t.Fatal(err)
	}
	return proof.Entry{Module: module, Kind: kind, Message: raw}
}

func body(org, chain string, valid time.Duration, entries ...proof.Entry) proof.Body {
	return proof.Body{
		ChainID: chain, ValidUntil: uint64(time.Now().Add(valid).Unix()), Admission: []proof.Admission{{Org: org, KeyID: 1}}, Entries: entries,
	}
}

func signed(b proof.Body, keys ...ed25519.PrivateKey) []byte {
	env := proof.Envelope{Body: b, BodyBytes: b.Encode()}
	for _, key := range keys {
		env.Signatures = append(env.Signatures, proof.Sign(key, env.ID()))
	}
	return env.Encode()
}

func TestTheLargestEntryIsNearlyAsLargeAsOneMayBe(t *testing.T) {
	m := &cluster.Member{ID: "regulator", Key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))}
	if n := len(kinds[1].make(t, m, "chain", 1)); n > ledger.EnvelopeSizeMax || n < ledger.EnvelopeSizeMax*9/10 {
		t.Errorf("it has %d bytes of %d", n, ledger.EnvelopeSizeMax)
	}
}
