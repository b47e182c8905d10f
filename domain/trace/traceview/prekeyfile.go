package traceview

import (
	"fmt"

	"pedigree/proof"
)

// PrekeySuffix ends the names of prekey files.
const PrekeySuffix = ".prekeys"

// PrekeyFile hands one-time receiving keys, and the key to seal shipments to, to
// one partner. It travels with the order. Each pair serves one record once.
type PrekeyFile struct {
	ChainID string
	Org     string // who will receive
	KeyID   uint64 // of the key that signed
	For     string // the partner who may ship to these keys
	SealKey []byte // public HPKE key
	Created uint64 // Unix seconds
	Batch   proof.Hash
	Pairs   []KeyPair
}

// KeyPair is a pair of one-time keys: title and custody.
type KeyPair struct{ Owner, Holder proof.Key }

const prekeyVersion = 1

// body returns [1, chain, org, key id, partner, sealing key, created, batch,
// [[owner, holder], ...]], which is signed.
func (p PrekeyFile) body() []byte {
	b := proof.AppendText(proof.AppendUint(proof.AppendArray(nil, 9), prekeyVersion), p.ChainID)
	b = proof.AppendUint(proof.AppendText(b, p.Org), p.KeyID)
	b = proof.AppendBytes(proof.AppendText(b, p.For), p.SealKey)
	b = proof.AppendArray(proof.AppendBytes(proof.AppendUint(b, p.Created), p.Batch[:]), len(p.Pairs))
	for _, k := range p.Pairs {
		b = proof.AppendBytes(proof.AppendBytes(proof.AppendArray(b, 2), k.Owner[:]), k.Holder[:])
	}
	return b
}

// encodePrekeyFile returns [tag, body, signature].
func encodePrekeyFile(p PrekeyFile, sign func(proof.Hash) (proof.Signature, error)) ([]byte, error) {
	body := p.body()
	sig, err := sign(proof.TaggedHash(proof.TagPrekeys, body))
	if err != nil {
		return nil, fmt.Errorf("couldn't sign the prekey file: %w", err)
	}
	b := proof.AppendText(proof.AppendArray(nil, 3), proof.TagPrekeys)
	return proof.AppendBytes(proof.AppendBytes(b, body), sig[:]), nil
}

// DecodePrekeyFile reads a prekey file. Verify judges its signature.
func DecodePrekeyFile(raw []byte) (PrekeyFile, PrekeySignature, error) {
	p, s, err := decodePrekeyFile(raw)
	if err != nil {
		return PrekeyFile{}, PrekeySignature{}, fmt.Errorf("couldn't read the prekey file: %w; it is damaged or no prekey file: ask the partner to send it again", err)
	}
	return p, s, nil
}

// PrekeySignature is the signature of a prekey file with what it is over.
type PrekeySignature struct {
	message   proof.Hash
	signature proof.Signature
}

// Verify checks the signature with the member's key.
func (s PrekeySignature) Verify(key proof.Key) bool {
	return proof.VerifySignature(key, s.message, s.signature)
}

func decodePrekeyFile(raw []byte) (PrekeyFile, PrekeySignature, error) {
	if len(raw) > PrekeyFileSizeMax {
		return PrekeyFile{}, PrekeySignature{}, fmt.Errorf("it has %d bytes where at most %d are allowed", len(raw), PrekeyFileSizeMax)
	}
	outer := proof.NewReader(raw)
	outer.ArrayOf(3)
	if tag := outer.Text(32); outer.Err() == nil && tag != proof.TagPrekeys {
		outer.Refuse("is %q, not a prekey file", tag)
	}
	body := outer.Bytes(PrekeyFileSizeMax)
	s := PrekeySignature{signature: outer.Signature()}
	if err := outer.Done(); err != nil {
		return PrekeyFile{}, s, err
	}
	s.message = proof.TaggedHash(proof.TagPrekeys, body)
	r := proof.NewReader(body)
	r.ArrayOf(9)
	if v := r.Uint(); r.Err() == nil && v != prekeyVersion {
		r.Refuse("is a prekey file of version %d; version %d is the only one known", v, prekeyVersion)
	}
	p := PrekeyFile{ChainID: r.Text(proof.ChainIDMax), Org: r.Text(proof.OrgIDMax), KeyID: r.Uint(), For: r.Text(proof.OrgIDMax)}
	p.SealKey, p.Created, p.Batch = r.Bytes(SealKeySizeMax), r.Uint(), r.Hash()
	for n := r.Array(PrekeysMax); n > 0 && r.Err() == nil; n-- {
		r.ArrayOf(2)
		p.Pairs = append(p.Pairs, KeyPair{Owner: r.Key(), Holder: r.Key()})
	}
	return p, s, r.Done()
}
