package traceview

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"pedigree/proof"
)

// counting counts the bytes that are read from it.
type counting struct {
	io.Reader
	n int
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += n
	return n, err
}

func TestAFileOfAnotherKindIsRefusedByItsFirstBytes(t *testing.T) {
	begin := proof.AppendText(proof.AppendArray(nil, shipmentFields), proof.TagShipment)
	for _, c := range []struct {
		name, begin, says string
	}{
		{"zeros", "\x00\x00\x00\x00", "damaged or no shipment"},
		{"another file of this program", string(proof.AppendText(proof.AppendArray(nil, shipmentFields), proof.TagPrekeys)), "not a shipment"},
		{"a later version", string(proof.AppendUint(begin, shipmentVersion+1)), "update this program"},
		{"half the beginning", string(begin[:5]), "damaged or no shipment"},
	} {
		in := &counting{Reader: io.MultiReader(strings.NewReader(c.begin), io.LimitReader(zeros{}, 1<<20))}
		if _, err := takeShipment(in, 0); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
		if in.n > 8<<10 {
			t.Errorf("%s was read for %d bytes", c.name, in.n)
		}
	}
	whole := append(proof.AppendUint(begin, shipmentVersion), make([]byte, 100_000)...)
	if raw, err := takeShipment(bytes.NewReader(whole), 7); err != nil || !bytes.Equal(raw, whole) {
		t.Errorf("a file that begins as it should: %d bytes, %v", len(raw), err)
	}
	if _, err := takeShipment(strings.NewReader(""), 1<<40); err == nil {
		t.Error("an empty file was taken")
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
