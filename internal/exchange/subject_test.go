package exchange

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/ledger/ledgertest"
)

// largestSubject has everything at its limit.
func largestSubject() Subject {
	return Subject{
		Name: strings.Repeat("n", NameBytesMax), MediaType: "text/" + strings.Repeat("t", mediaTypeMax-5), Reference: strings.Repeat("r", NoteBytesMax),
		Size: PayloadBytesMax, Hash: ledgertest.HashOf("document"),
	}
}

func TestASubjectReadsBackAndFitsItsRoom(t *testing.T) {
	for _, s := range []Subject{{Name: "a", MediaType: "a/b"}, largestSubject()} {
		raw := s.encode()
		got, n, err := decodeSubject(append(raw, "the document"...))
		if diff := cmp.Diff(s, got); err != nil || diff != "" || n != len(raw) {
			t.Errorf("%d of %d bytes: %v\n%s", n, len(raw), err, diff)
		}
		if len(raw) > subjectBytesMax {
			t.Errorf("it has %d bytes, and %d are looked at", len(raw), subjectBytesMax)
		}
	}
}

func FuzzSubject(f *testing.F) {
	f.Add(largestSubject().encode())
	f.Add(Subject{Name: "a.pdf", MediaType: "application/pdf"}.encode())
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, n, err := decodeSubject(raw)
		if err != nil {
			return
		}
		if again := s.encode(); !bytes.Equal(again, raw[:n]) {
			t.Errorf("%x reads as %+v, which is written %x", raw[:n], s, again)
		}
		if strings.ContainsAny(s.Name, "/\\\x00\n") || strings.HasPrefix(s.Name, ".") {
			t.Errorf("%q is no plain file name", s.Name)
		}
	})
}
