package proof_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"pgregory.net/rapid"

	"pedigree/proof"
)

// strictMode is another implementation of the same rules.
func strictMode(t fataler) (cbor.EncMode, cbor.DecMode) {
	t.Helper()
	enc, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		t.Fatal(err)
	}
	dec, err := cbor.DecOptions{
		DupMapKey: cbor.DupMapKeyEnforcedAPF, IndefLength: cbor.IndefLengthForbidden, TagsMd: cbor.TagsForbidden, UTF8: cbor.UTF8RejectInvalid,
		MaxNestedLevels: 64, IntDec: cbor.IntDecConvertNone,
	}.DecMode()
	if err != nil {
		t.Fatal(err)
	}
	return enc, dec
}

func TestWritingAgreesWithAnotherImplementation(t *testing.T) {
	enc, _ := strictMode(t)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Uint64().Draw(t, "n") >> rapid.IntRange(0, 63).Draw(t, "shift")
		text := rapid.StringN(0, 300, 300).Draw(t, "text")
		raw := rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "bytes")
		yes := rapid.Bool().Draw(t, "bool")
		want, err := enc.Marshal([]any{n, text, raw, yes, nil, []any{}, map[uint64]uint64{n: n}})
		if err != nil {
			t.Fatal(err)
		}
		b := proof.AppendText(proof.AppendUint(proof.AppendArray(nil, 7), n), text)
		b = proof.AppendNull(proof.AppendBool(proof.AppendBytes(b, raw), yes))
		b = proof.AppendUint(proof.AppendUint(proof.AppendMap(proof.AppendArray(b, 0), 1), n), n)
		if !bytes.Equal(b, want) {
			t.Fatalf("wrote %x, another implementation writes %x", b, want)
		}
		r := proof.NewReader(b)
		r.ArrayOf(7)
		same := r.Uint() == n && r.Text(300) == text && bytes.Equal(r.Bytes(300), raw) && r.Bool() == yes && r.Null() && r.Array(0) == 0 && r.Map(1) == 1
		if same = same && r.Uint() == n && r.Uint() == n; !same || r.Done() != nil || r.Offset() != len(b) {
			t.Fatalf("%x is read as something else: %v", b, r.Err())
		}
	})
}

func TestEveryOtherEncodingIsRefused(t *testing.T) {
	tests := map[string]string{
		"a number that fits in the head": "1817", "a number that fits in one byte": "1900ff", "a number that fits in two": "1a0000ffff", "a number that fits in four": "1b00000000ffffffff",
		"a negative number": "20", "a tag": "c100", "a float": "f90000", "undefined": "f7", "a simple value": "f820", "a reserved length": "1c",
		"bytes of unknown length": "5f41ff", "text of unknown length": "7fff", "an array of unknown length": "9fff", "a map": "a0",
		"text that is not UTF-8": "61ff", "bytes that end early": "4201", "a length that ends early": "19ff", "an array that ends early": "8201", "nothing": "",
		"two items": "0000", "a length past the end of memory": "5bffffffffffffffff",
	}
	for name, digits := range tests {
		t.Run(name, func(t *testing.T) {
			b, err := hex.DecodeString(digits)
			if err != nil {
				t.Fatal(err)
			}
			r := proof.NewReader(b)
			r.Raw(4)
			if err := r.Done(); !errors.Is(err, proof.ErrCBOR) {
				t.Fatalf("got %v, want a refusal", err)
			}
		})
	}
}

func TestTheReaderHoldsItsLimits(t *testing.T) {
	text, list := proof.AppendText(nil, "abc"), proof.AppendArray(nil, 3)
	checkLimit(t, proof.AppendUint(nil, 1000), func(r *proof.Reader) { r.UintMax(1000) }, func(r *proof.Reader) { r.UintMax(999) })
	checkLimit(t, text, func(r *proof.Reader) { r.Text(3) }, func(r *proof.Reader) { r.Text(2) })
	checkLimit(t, list, func(r *proof.Reader) { r.Array(3) }, func(r *proof.Reader) { r.Array(2) })
	checkLimit(t, list, func(r *proof.Reader) { r.ArrayOf(3) }, func(r *proof.Reader) { r.ArrayOf(4) })
	checkLimit(t, nested(4), func(r *proof.Reader) { r.Raw(4) }, func(r *proof.Reader) { r.Raw(3) })
	checkLimit(t, proof.AppendBytes(nil, make([]byte, 32)), func(r *proof.Reader) { r.Hash() }, func(r *proof.Reader) { r.Fixed(33) })
	checkLimit(t, proof.AppendBytes(nil, make([]byte, 32)), func(r *proof.Reader) { r.Hash() }, func(r *proof.Reader) { r.HashOrNull() })
}

func checkLimit(t *testing.T, b []byte, at, past func(r *proof.Reader)) {
	t.Helper()
	r := proof.NewReader(b)
	if at(r); r.Done() != nil {
		t.Errorf("at the limit: %v", r.Err())
	}
	r = proof.NewReader(b)
	if past(r); !errors.Is(r.Done(), proof.ErrCBOR) {
		t.Errorf("past the limit: got %v, want a refusal", r.Err())
	}
}

func TestTheFirstErrorSticksAndNamesItsPart(t *testing.T) {
	r := proof.NewReader([]byte{0x01, 0x61, 0xff})
	r.In("first")
	r.Uint()
	r.In("second")
	r.Text(9)
	r.In("third")
	r.Refuse("is never reached")
	if got := proof.FailedPart(r.Done()); got != "second" {
		t.Fatalf("the error names %q: %v", got, r.Err())
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte{0x84, 0x01, 0x41, 0x00, 0x61, 0x61, 0xf6})
	f.Add(signedEntry("pilot-1").BodyBytes)
	f.Fuzz(func(t *testing.T, b []byte) {
		r := proof.NewReader(b)
		r.Raw(16)
		if r.Done() != nil {
			return
		}
		enc, dec := strictMode(t)
		var v any
		if err := dec.Unmarshal(b, &v); err != nil {
			t.Fatalf("%x is accepted here and refused elsewhere: %v", b, err)
		}
		again, err := enc.Marshal(v)
		if err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%x is accepted, yet it should be %x (%v)", b, again, err)
		}
	})
}
