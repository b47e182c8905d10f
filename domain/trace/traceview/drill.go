package traceview

import (
	"crypto/hpke"
	"fmt"

	"pedigree/proof"
)

// Reseal changes a sealed shipment behind the ledger's back, as a dishonest
// sender could who has second thoughts about a document: it opens the file with
// the receiver's own key, edits the content, seals it again and signs it as the
// sender. It is for drills: the receiver's check must expose the change, because
// the ledger holds a commitment to the documents.
func Reseal(file []byte, receiver hpke.PrivateKey, sign func(proof.Hash) (proof.Signature, error), edit func(*Content)) ([]byte, error) {
	s, err := openShipmentFile(file)
	if err != nil {
		return nil, err
	}
	content, err := s.open(receiver)
	if err != nil {
		return nil, err
	}
	edit(&content)
	plain, err := content.Encode()
	if err != nil {
		return nil, fmt.Errorf("couldn't encode the changed shipment: %w", err)
	}
	return sealShipment(s.ShipmentHead, receiver.PublicKey().Bytes(), plain, sign)
}
