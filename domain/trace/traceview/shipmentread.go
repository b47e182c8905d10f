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
func takeShipment(file io.Reader) ([]byte, error) {
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
	raw, err := io.ReadAll(io.LimitReader(in, ShipmentSizeMax+1))
	if err != nil {
		return nil, fmt.Errorf("couldn't read the shipment file: %w", err)
	}
	return raw, nil
}
