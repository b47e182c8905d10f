package proof_test

import (
	"bytes"
	"testing"

	"pedigree/proof"
)

// fuzzDecoder holds that what is accepted is written again as the same bytes.
func fuzzDecoder[T any](f *testing.F, decode func([]byte) (T, error), encode func(T) []byte, seeds ...[]byte) {
	for _, s := range seeds {
		f.Add(s)
		f.Add(append(bytes.Clone(s), 0))
		f.Add(s[:len(s)/2])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := decode(bytes.Clone(b))
		if err != nil {
			return
		}
		if again := encode(v); !bytes.Equal(again, b) {
			t.Fatalf("%x is accepted and written again as %x", b, again)
		}
	})
}

func FuzzRecord(f *testing.F) {
	fuzzDecoder(f, proof.DecodeRecord, proof.Record.Encode, sampleRecords()...)
}

func FuzzOriginState(f *testing.F) {
	fuzzDecoder(f, proof.DecodeOriginState, proof.OriginState.Encode, sampleOrigin().Encode())
}

func FuzzMember(f *testing.F) {
	fuzzDecoder(f, proof.DecodeMember, proof.Member.Encode, makerState().Encode())
}

func FuzzStatement(f *testing.F) {
	fuzzDecoder(f, proof.DecodeStatement, proof.Statement.Encode, newPallet("pilot-1", "a", 2, 2).statement.Encode())
}

func FuzzAttrs(f *testing.F) {
	fuzzDecoder(f, proof.DecodeAttrs, proof.Attrs.Encode, unitAttrs, caseAttrs, palletAttrs)
}

func FuzzEnvelope(f *testing.F) {
	fuzzDecoder(f, proof.DecodeEnvelope, proof.Envelope.Encode, signedEntry("pilot-1").Encode())
}

func FuzzBody(f *testing.F) {
	fuzzDecoder(f, proof.DecodeBody, proof.Body.Encode, signedEntry("pilot-1").BodyBytes)
}

func FuzzResult(f *testing.F) {
	decode := func(b []byte) (proof.Result, error) { return proof.DecodeResult(0, b) }
	fuzzDecoder(f, decode, proof.Result.EncodeData, proof.Result{ID: seedHash("id"), Events: [][]byte{{1}, {2, 3}}}.EncodeData())
}

func FuzzEvent(f *testing.F) {
	raw, _ := eventTree(2)
	fuzzDecoder(f, proof.DecodeEvent, proof.Event.Encode, raw...)
}

func FuzzAppHashParts(f *testing.F) {
	fuzzDecoder(f, proof.DecodeAppHashParts, proof.AppHashParts.Encode, proof.AppHashParts{EventCount: 1}.Encode())
}

func FuzzSignedHeader(f *testing.F) {
	c := fourValidators()
	decode := func(b []byte) (proof.SignedHeader, error) {
		r := proof.NewReader(b)
		s := r.SignedHeader()
		return s, r.Done()
	}
	encode := func(s proof.SignedHeader) []byte { return s.Append(nil) }
	fuzzDecoder(f, decode, encode, c.sign(c.header(1)).Append(nil), c.sign(c.header(2), 0).Append(nil))
}

func FuzzAttestation(f *testing.F) {
	decode := func(b []byte) (proof.Attestation, error) {
		r := proof.NewReader(b)
		a := r.Attestation()
		return a, r.Done()
	}
	_, a := linked(f, 1)
	fuzzDecoder(f, decode, func(a proof.Attestation) []byte { return a.Append(nil) }, a.Append(nil))
}

// FuzzOpen also verifies what it reads, which must never panic.
func FuzzOpen(f *testing.F) {
	g := newGoods(fourValidators(), "a", 3, 4, 2)
	trust := g.chain.trust()
	present, absent := stateProofs(f, g.chain)
	decode := func(b []byte) (any, error) {
		object, err := proof.Open(b)
		if err == nil {
			_ = verifyObject(trust, object)
		}
		return object, err
	}
	encode := func(object any) []byte { return object.(interface{ Encode() []byte }).Encode() }
	fuzzDecoder(f, decode, encode,
		answered(g.bundle(f), holder()).Encode(), receiptOf(f, g.chain, signedEntry(g.chain.id), 0, true).Encode(),
		present.Encode(), absent.Encode(), eventProof(f, g.chain).Encode(), consistencyProof(f, g.chain).Encode())
}

func verifyObject(trust proof.Trust, object any) error {
	var err error
	switch o := object.(type) {
	case proof.Bundle:
		_, err = o.Verify(trust, proof.Options{Nonce: nonce})
	case proof.Receipt:
		_, err = o.Verify(trust)
	case interface {
		Verify(proof.Trust) (proof.Report, error)
	}:
		_, err = o.Verify(trust)
	}
	return err
}

func FuzzTrust(f *testing.F) {
	b, err := proof.EncodeTrust(fourValidators().trust())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		trust, err := proof.ParseTrust(b)
		if err != nil {
			return
		}
		again, err := proof.EncodeTrust(trust)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := proof.ParseTrust(again); err != nil || back.Fingerprint() != trust.Fingerprint() {
			t.Fatalf("%q is not read back: %v", again, err)
		}
	})
}

func FuzzIdentity(f *testing.F) {
	f.Add(unitID(1, 2))
	f.Add("/00/" + sscc)
	f.Fuzz(func(t *testing.T, s string) {
		id, err := proof.ParseIdentity(s)
		if err != nil {
			return
		}
		want := "/00/" + id.SSCC
		if id.GTIN != "" {
			want = "/01/" + id.GTIN + "/21/" + id.Serial
		}
		if s != want {
			t.Fatalf("%q was read as %+v", s, id)
		}
	})
}
