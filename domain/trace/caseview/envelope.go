package caseview

import (
	"encoding/hex"
	"fmt"

	"pedigree/format/pdg"
	"pedigree/proof"
)

// KindException is the kind of delivery that carries exception messages.
const KindException = "exception"

// TagException begins the payload of such a delivery.
const TagException = "pedigree/exception/1"

const envelopeBytesMax = pdg.MessageBytesMax + 256

// envelope is a message on its way from node to node: beside the message, the shipment
// that it is about. Only its sender and receiver know a shipment's id.
type envelope struct {
	message  []byte
	shipment proof.Hash // zero when none
}

// encode returns [tag, message, shipment].
func (e envelope) encode() []byte {
	b := proof.AppendText(proof.AppendArray(nil, 3), TagException)
	return proof.AppendHash(proof.AppendBytes(b, e.message), e.shipment)
}

func decodeEnvelope(raw []byte) (envelope, error) {
	r := proof.NewReader(raw)
	r.ArrayOf(3)
	if tag := r.Text(len(TagException)); r.Err() == nil && tag != TagException {
		r.Refuse("is %q where %q is expected", tag, TagException)
	}
	e := envelope{message: r.Bytes(pdg.MessageBytesMax), shipment: r.HashOrNull()}
	if err := r.Done(); err != nil {
		return envelope{}, fmt.Errorf("couldn't read the envelope of an exception message: %w", err)
	}
	return e, nil
}

// shipmentID is a case's shipment, if it is one of the ledger.
func (k *Case) shipmentID() proof.Hash {
	var id proof.Hash
	if raw, err := hex.DecodeString(k.Shipment); err == nil && len(raw) == len(id) {
		copy(id[:], raw)
	}
	return id
}
