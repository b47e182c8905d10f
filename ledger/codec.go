package ledger

import (
	"bytes"
	"fmt"

	"github.com/fxamacker/cbor/v2"

	"pedigree/proof"
)

// messageItemsMax bounds arrays inside a message; messageDepthMax its nesting.
const (
	messageItemsMax = 4500
	messageDepthMax = proof.MessageDepthMax
)

var encMode, decMode = modes()

func modes() (cbor.EncMode, cbor.DecMode) {
	options := cbor.CoreDetEncOptions()
	options.NilContainers = cbor.NilContainerAsEmpty // else a missing list would have two encodings
	enc, err := options.EncMode()
	if err != nil {
		panic(err)
	}
	dec, err := cbor.DecOptions{
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		IndefLength:       cbor.IndefLengthForbidden,
		TagsMd:            cbor.TagsForbidden,
		ExtraReturnErrors: cbor.ExtraDecErrorUnknownField,
		MaxArrayElements:  messageItemsMax,
		MaxMapPairs:       messageItemsMax,
		MaxNestedLevels:   messageDepthMax,
		UTF8:              cbor.UTF8RejectInvalid,
	}.DecMode()
	if err != nil {
		panic(err)
	}
	return enc, dec
}

// EncodeMessage returns the one accepted encoding of a message or event value.
func EncodeMessage(v any) ([]byte, error) {
	b, err := encMode.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("couldn't encode a message: %w", err)
	}
	return b, nil
}

// DecodeMessage reads a message strictly into v, a pointer: encoding v again must
// give the same bytes.
func DecodeMessage(b []byte, v any) error {
	if err := decMode.Unmarshal(b, v); err != nil {
		return fmt.Errorf("couldn't read the message: %w", err)
	}
	again, err := encMode.Marshal(v)
	if err != nil {
		return fmt.Errorf("couldn't read the message: %w", err)
	}
	if !bytes.Equal(b, again) {
		return fmt.Errorf("couldn't read the message: it is not in its one accepted encoding")
	}
	return nil
}

// mustEncode encodes a value of the program's own; a failure is a bug.
func mustEncode(v any) []byte {
	b, err := EncodeMessage(v)
	if err != nil {
		panic(err)
	}
	return b
}
