package caseview

// DecodeEnvelope reads a delivery's payload and tells whether it is one.
func DecodeEnvelope(raw []byte) error {
	_, err := decodeEnvelope(raw)
	return err
}
