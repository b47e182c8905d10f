package traceview

import (
	"bytes"
	"context"
	"fmt"

	"pedigree/format/dscsa"
)

// CheckShipment says what the receiver of a shipment would find in its document, and
// whether the goods may be shipped as far as is known here. Nothing is changed and
// nothing is kept. The document is read as the receiver's program reads it.
func (d *Desk) CheckShipment(ctx context.Context, r ShipRequest) (dscsa.Checked, error) {
	c, err := d.checkShipment(ctx, r)
	if err != nil {
		return c, fmt.Errorf("couldn't check the shipment: %w", err)
	}
	return c, nil
}

func (d *Desk) checkShipment(ctx context.Context, r ShipRequest) (dscsa.Checked, error) {
	paths, err := shipPaths(r)
	if err != nil {
		return dscsa.Checked{}, err
	}
	if _, err := d.partner(r.To); err != nil {
		return dscsa.Checked{}, err
	}
	s := &shipping{d: d, request: r, paths: paths}
	if err := s.build(ctx); err != nil {
		return dscsa.Checked{}, err
	}
	return dscsa.Check(bytes.NewReader(s.document.Bytes), dscsa.ReadOptions{File: s.document.Name, Now: d.now()})
}
