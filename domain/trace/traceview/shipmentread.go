package traceview

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"pedigree/proof"
)

// takeShipment reads a whole shipment file. What doesn't begin as one is refused by
// its first bytes: a file of another kind may be as large as any.
func takeShipment(file io.Reader, size int64) ([]byte, error) {
	begin := proof.AppendUint(proof.AppendText(proof.AppendArray(nil, shipmentFields), proof.TagShipment), shipmentVersion)
	in := bufio.NewReader(file)
	head, err := in.Peek(len(begin))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("couldn't read the shipment file: %w", err)
	}
	if !bytes.Equal(head, begin) {
		_, err := openShipmentFile(head)
		return nil, err
	}
	raw, err := readWhole(in, size)
	if err != nil {
		return nil, fmt.Errorf("couldn't read the shipment file: %w", err)
	}
	return raw, nil
}

// readWhole reads a file of about that size, 0 where it isn't known, into memory, up to
// one byte more than a shipment may have. A buffer that grew would be twice as large.
func readWhole(file io.Reader, size int64) ([]byte, error) {
	b := bytes.NewBuffer(make([]byte, 0, min(max(size, 0), ShipmentSizeMax)+bytes.MinRead))
	_, err := b.ReadFrom(io.LimitReader(file, ShipmentSizeMax+1))
	return b.Bytes(), err
}
