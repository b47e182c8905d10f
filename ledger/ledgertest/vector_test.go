package ledgertest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

func TestAPlainFormHasTheNamesOfTheCDDL(t *testing.T) {
	type inner struct {
		_      struct{} `cbor:",toarray"`
		KeyID  uint64
		Key0   []byte
		MadeBy string
	}
	v := struct {
		_     struct{} `cbor:",toarray"`
		ID    proof.Hash
		Memo  ledger.OptHash
		To    ledger.OptKey
		Back  ledger.OptKey
		Inner []inner
		None  []inner
		Whole bool
	}{ID: proof.Hash{1}, Back: ledger.OptKey{1, 2}, Inner: []inner{{KeyID: 7, Key0: []byte{0xab}, MadeBy: "a"}}, Whole: true}
	want := ledgertest.Object{
		"id": ledgertest.Hex(v.ID[:]), "memo": nil, "to": nil, "back": ledgertest.Hex(v.Back[:]),
		"inner": []any{ledgertest.Object{"key-id": uint64(7), "key0": "ab", "made-by": "a"}}, "none": []any{}, "whole": true,
	}
	if diff := cmp.Diff(any(want), ledgertest.Plain(&v)); diff != "" {
		t.Errorf("the plain form differs (-want +got):\n%s", diff)
	}
}
