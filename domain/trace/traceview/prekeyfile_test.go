package traceview

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

func testPrekeyFile(t testing.TB, pairs int) (PrekeyFile, []byte) {
	t.Helper()
	p := PrekeyFile{ChainID: ledgertest.ChainID, Org: "maker", KeyID: 1, For: "wholesaler", SealKey: make([]byte, 1216), Created: 1, Batch: ledgertest.HashOf("batch")}
	for range pairs {
		p.Pairs = append(p.Pairs, KeyPair{ledgertest.Key("a"), ledgertest.Key("b")})
	}
	raw, err := encodePrekeyFile(p, func(h proof.Hash) (proof.Signature, error) {
		return proof.Sign(ledgertest.PrivateKey("maker"), h), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return p, raw
}

func TestAPrekeyFileReadsBackAsItWasWritten(t *testing.T) {
	want, raw := testPrekeyFile(t, 3)
	got, sig, err := DecodePrekeyFile(raw)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("it differs (-want +got):\n%s", diff)
	}
	if !sig.Verify(ledgertest.Key("maker")) || sig.Verify(ledgertest.Key("thief")) {
		t.Error("the signature is not the maker's alone")
	}
}

func TestAFlippedByteAnywhereInAPrekeyFileIsFound(t *testing.T) {
	_, raw := testPrekeyFile(t, 2)
	for i := range raw {
		raw[i] ^= 1
		if _, sig, err := DecodePrekeyFile(raw); err == nil && sig.Verify(ledgertest.Key("maker")) {
			t.Errorf("byte %d of %d was changed and nobody noticed", i, len(raw))
		}
		raw[i] ^= 1
	}
}

func TestAPrekeyFileHasAtMostSoManyPairs(t *testing.T) {
	if _, raw := testPrekeyFile(t, PrekeysMax); len(raw) > PrekeyFileSizeMax {
		t.Errorf("a full file has %d bytes, more than the %d allowed", len(raw), PrekeyFileSizeMax)
	} else if _, _, err := DecodePrekeyFile(raw); err != nil {
		t.Error(err)
	}
	_, raw := testPrekeyFile(t, PrekeysMax+1)
	if _, _, err := DecodePrekeyFile(raw); err == nil {
		t.Error("one pair more was read")
	}
}

func FuzzDecodePrekeyFile(f *testing.F) {
	_, raw := testPrekeyFile(f, 2)
	f.Add(raw)
	f.Fuzz(func(t *testing.T, b []byte) {
		p, sig, err := DecodePrekeyFile(b)
		if err != nil {
			return
		}
		again := proof.AppendText(proof.AppendArray(nil, 3), proof.TagPrekeys)
		again = proof.AppendBytes(proof.AppendBytes(again, p.body()), sig.signature[:])
		if string(again) != string(b) {
			t.Error("read and written again it differs")
		}
	})
}
