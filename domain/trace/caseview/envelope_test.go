package caseview

import (
	"bytes"
	"testing"

	"pedigree/proof"
)

func FuzzEnvelope(f *testing.F) {
	f.Add(envelope{[]byte("{}"), proof.Hash{}}.encode())
	f.Add(envelope{[]byte("{}"), proof.Hash{1}}.encode())
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := decodeEnvelope(raw)
		if err == nil && !bytes.Equal(e.encode(), raw) {
			t.Errorf("%x is read and written as %x", raw, e.encode())
		}
	})
}
