package exchange

import (
	"bytes"
	"crypto/hpke"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"pedigree/proof"
)

// Sealing is HPKE in base mode (RFC 9180) with a KEM that stays safe as long as
// either ML-KEM-768 or X25519 does. The sender proves itself by the signature over
// the head, which every sealed chunk is bound to.
const (
	sealInfo     = TagDelivery
	sealOverhead = 16 // bytes that AES-256-GCM adds to a chunk
)

func sealKEM() hpke.KEM   { return hpke.MLKEM768X25519() }
func sealKDF() hpke.KDF   { return hpke.HKDFSHA256() }
func sealAEAD() hpke.AEAD { return hpke.AES256GCM() }

// errDamaged is a sealed payload that does not open.
var errDamaged = errors.New("the sealed payload does not open: it was changed, cut off, or sealed to another key")

// sealedSize is the size of a sealed payload. An empty one has one chunk too.
func sealedSize(plain int64) int64 {
	chunks := max(1, (plain+plainChunk-1)/plainChunk)
	return plain + chunks*sealOverhead
}

// newSeal starts a sealed payload to a public key.
func newSeal(public []byte) (SealHead, *hpke.Sender, error) {
	key, err := sealKEM().NewPublicKey(public)
	if err != nil {
		return SealHead{}, nil, fmt.Errorf("couldn't use the partner's sealing key: %w; it must publish a new one", err)
	}
	enc, sender, err := hpke.NewSender(key, sealKDF(), sealAEAD(), []byte(sealInfo))
	if err != nil {
		return SealHead{}, nil, fmt.Errorf("couldn't seal to the partner's key: %w", err)
	}
	return SealHead{Recipient: sha256.Sum256(public), Enc: enc}, sender, nil
}

// chunkContext binds a chunk to the head and tells whether it is the last. Its
// place is bound by HPKE's own count.
func chunkContext(head proof.Hash, last bool) []byte {
	if last {
		return append(head[:], 1)
	}
	return append(head[:], 0)
}

// sealTo writes size bytes of r to w, sealed.
func sealTo(w io.Writer, r io.Reader, size int64, s *hpke.Sender, aad []byte) error {
	head := proof.Hash(sha256.Sum256(aad))
	plain := make([]byte, min(size, plainChunk))
	for left := size; ; {
		chunk := plain[:min(left, plainChunk)]
		if _, err := io.ReadFull(r, chunk); err != nil {
			return fmt.Errorf("couldn't read the payload: %w", err)
		}
		left -= int64(len(chunk))
		sealed, err := s.Seal(chunkContext(head, left == 0), chunk)
		if err != nil {
			return fmt.Errorf("couldn't seal: %w", err)
		}
		if _, err := w.Write(sealed); err != nil {
			return fmt.Errorf("couldn't keep the sealed payload: %w", err)
		}
		if left == 0 {
			return nil
		}
	}
}

// opened reads a sealed payload as its plain text. A byte is given only after its
// chunk was authenticated, and the end only after the last.
type opened struct {
	from  io.Reader
	r     *hpke.Recipient
	head  proof.Hash
	left  int64 // sealed bytes not yet read
	plain bytes.Reader
	room  []byte
}

// openFrom returns a reader of the payload in sealed.
func openFrom(sealed io.Reader, h SignedHead, private hpke.PrivateKey) (io.Reader, error) {
	r, err := hpke.NewRecipient(h.Seal.Enc, private, sealKDF(), sealAEAD(), []byte(sealInfo))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	size := h.sealedSize()
	return &opened{from: sealed, r: r, head: sha256.Sum256(h.aad), left: size, room: make([]byte, min(size, sealedChunk))}, nil
}

// Read implements io.Reader.
func (o *opened) Read(p []byte) (int, error) {
	for o.plain.Len() == 0 {
		if o.left == 0 {
			return 0, io.EOF
		}
		chunk := o.room[:min(o.left, sealedChunk)]
		if _, err := io.ReadFull(o.from, chunk); err != nil {
			return 0, fmt.Errorf("%w: %w", errDamaged, err)
		}
		o.left -= int64(len(chunk))
		plain, err := o.r.Open(chunkContext(o.head, o.left == 0), chunk)
		if err != nil {
			return 0, errDamaged
		}
		o.plain.Reset(plain)
	}
	return o.plain.Read(p)
}
