package proof

import (
	"bytes"
	"fmt"
)

// TagStateProof begins every encoded StateProof.
const TagStateProof = "pedigree/state-proof/1"

// StateProof proves what the state held under one key at a height, or that it
// held nothing.
type StateProof struct {
	Key    []byte
	Value  []byte // nil for absence
	Path   StatePath
	Parts  AppHashParts
	Header Attestation // of the height after
}

// Verify checks the proof up to the validators' signatures.
func (p StateProof) Verify(t Trust) (Report, error) {
	r := Report{Kind: TagStateProof}
	if err := r.header(p.Header, t); err != nil {
		return r, err
	}
	if err := p.Header.proves(p.Parts); err != nil {
		return r, r.stop(PartHeader, err)
	}
	if p.Value == nil {
		if err := p.Path.VerifyAbsent(p.Parts.StateRoot, p.Key); err != nil {
			return r, r.stop(PartValue, err)
		}
		r.ok(PartValue, "", "The state held nothing under key %x after height %d.", p.Key, r.Height)
		return r, nil
	}
	if err := p.Path.VerifyPresent(p.Parts.StateRoot, p.Key, p.Value); err != nil {
		return r, r.stop(PartValue, err)
	}
	r.ok(PartValue, "", "The state held these %d bytes under key %x after height %d.", len(p.Value), p.Key, r.Height)
	return r, nil
}

// Encode returns [tag, key, value or null, path, parts, attestation].
func (p StateProof) Encode() []byte {
	b := AppendText(AppendArray(make([]byte, 0, 2048), 6), TagStateProof)
	b = AppendBytes(b, p.Key)
	if p.Value == nil {
		b = AppendNull(b)
	} else {
		b = AppendBytes(b, p.Value)
	}
	b = AppendBytes(p.Path.Append(b), p.Parts.Encode())
	return p.Header.Append(b)
}

// DecodeStateProof reads what StateProof.Encode wrote.
func DecodeStateProof(b []byte) (StateProof, error) {
	r, err := openReader(b, TagStateProof, 6)
	if err != nil {
		return StateProof{}, err
	}
	var p StateProof
	r.In(PartValue)
	p.Key = bytes.Clone(r.Bytes(StateKeySizeMax))
	if !r.Null() {
		p.Value = append([]byte{}, r.Bytes(StateValueSizeMax)...)
	}
	p.Path = r.StatePath()
	p.Parts = r.appHashParts()
	p.Header = r.Attestation()
	r.In(PartFormat)
	if err := r.Done(); err != nil {
		return StateProof{}, fmt.Errorf("couldn't read a state proof: %w", err)
	}
	return p, nil
}
