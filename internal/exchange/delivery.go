package exchange

import (
	"fmt"

	"pedigree/proof"
)

// Tags of what is signed and sent.
const (
	// TagDelivery begins the head of a delivery and is what its signature is over.
	TagDelivery = "pedigree/delivery/1"
	// TagDeliveryID is what a delivery's id is a hash under.
	TagDeliveryID = "pedigree/delivery-id/1"

	tagMax      = 32
	headVersion = 1
	headFields  = 14
)

// Head says what a delivery is. It goes ahead of the sealed payload, which is
// bound to it.
type Head struct {
	ChainID string
	From    string // organisation that sends
	KeyID   uint64 // of its key that signs
	To      string // organisation that can open it
	Kind    string
	Key     proof.Hash // what makes it one delivery and no other; chosen by the sender
	Re      proof.Hash // delivery that this one answers; zero when none
	Created uint64     // Unix seconds
	Size    uint64     // bytes of the payload
	Hash    proof.Hash // SHA-256 of the payload
	Seal    SealHead
}

// SealHead says to which key a payload is sealed.
type SealHead struct {
	Recipient proof.Hash // SHA-256 of the receiver's public key
	Enc       []byte     // encapsulated key
}

// ID names the delivery. The same sender, receiver, kind and key give the same id,
// however often it is sealed and sent.
func (h Head) ID() proof.Hash { return deliveryID(h.ChainID, h.From, h.To, h.Kind, h.Key) }

func deliveryID(chain, from, to, kind string, key proof.Hash) proof.Hash {
	b := proof.AppendText(proof.AppendText(proof.AppendArray(nil, 5), chain), from)
	b = proof.AppendText(proof.AppendText(b, to), kind)
	return proof.TaggedHash(TagDeliveryID, proof.AppendBytes(b, key[:]))
}

// body returns everything before the signature: [tag, version, chain, from, key id,
// to, kind, key, re, created, size, hash, [recipient, encapsulated key].
func (h Head) body() []byte {
	b := proof.AppendUint(proof.AppendText(proof.AppendArray(nil, headFields), TagDelivery), headVersion)
	b = proof.AppendText(proof.AppendText(b, h.ChainID), h.From)
	b = proof.AppendText(proof.AppendUint(b, h.KeyID), h.To)
	b = proof.AppendBytes(proof.AppendText(b, h.Kind), h.Key[:])
	b = proof.AppendUint(proof.AppendHash(b, h.Re), h.Created)
	b = proof.AppendBytes(proof.AppendUint(b, h.Size), h.Hash[:])
	return proof.AppendBytes(proof.AppendBytes(proof.AppendArray(b, 2), h.Seal.Recipient[:]), h.Seal.Enc)
}

// sign returns the signed head.
func (h Head) sign(s Signer) ([]byte, error) {
	body := h.body()
	sig, err := s.Sign(proof.TaggedHash(TagDelivery, body))
	if err != nil {
		return nil, fmt.Errorf("couldn't sign a delivery: %w", err)
	}
	return proof.AppendBytes(body, sig[:]), nil
}

// SignedHead is a head as it was read; Verify judges its signature.
type SignedHead struct {
	Head
	raw, aad  []byte
	message   proof.Hash
	signature proof.Signature
}

// Verify checks the signature with the sender's key.
func (h SignedHead) Verify(key proof.Key) bool {
	return proof.VerifySignature(key, h.message, h.signature)
}

// sealedSize is how many bytes the sealed payload has.
func (h Head) sealedSize() int64 { return sealedSize(int64(h.Size)) }

// DecodeHead reads a signed head.
func DecodeHead(raw []byte) (SignedHead, error) {
	var h SignedHead
	if len(raw) > headBytesMax {
		return h, fmt.Errorf("couldn't read the head of a delivery: it has %d bytes where at most %d are allowed", len(raw), headBytesMax)
	}
	r := proof.NewReader(raw)
	r.ArrayOf(headFields)
	readTag(r, TagDelivery)
	if v := r.Uint(); r.Err() == nil && v != headVersion {
		r.Refuse("is a delivery of version %d; version %d is the only one known: update this program", v, headVersion)
	}
	h.ChainID, h.From = r.Text(proof.ChainIDMax), r.Text(proof.OrgIDMax)
	h.KeyID, h.To = r.Uint(), r.Text(proof.OrgIDMax)
	h.Kind, h.Key = r.Text(KindBytesMax), r.Hash()
	h.Re = r.HashOrNull()
	h.Created, h.Size, h.Hash = r.UintMax(1<<40), r.UintMax(PayloadBytesMax), r.Hash()
	r.ArrayOf(2)
	h.Seal = SealHead{Recipient: r.Hash(), Enc: r.Bytes(sealEncMax)}
	end := r.Offset()
	h.signature = r.Signature()
	if err := r.Done(); err != nil {
		return SignedHead{}, fmt.Errorf("couldn't read the head of a delivery: %w", err)
	}
	h.raw, h.aad, h.message = raw, raw[:end], proof.TaggedHash(TagDelivery, raw[:end])
	return h, nil
}

func readTag(r *proof.Reader, want string) {
	if tag := r.Text(tagMax); r.Err() == nil && tag != want {
		r.Refuse("is %q where %q is expected", tag, want)
	}
}
