package ledger

import (
	"github.com/oasisprotocol/curve25519-voi/curve"
	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"

	"pedigree/proof"
)

// zip215 are the rules by which every validator judges an Ed25519 signature,
// alone or in a batch; the two agree on every input.
var zip215 = &ed25519.Options{Verify: ed25519.VerifyOptionsZIP_215}

// VerifySignature judges one signature by ZIP-215.
func VerifySignature(k proof.Key, message proof.Hash, s proof.Signature) bool {
	if k[0] != proof.AlgEd25519 || s[0] != proof.AlgEd25519 {
		return false
	}
	return ed25519.VerifyWithOptions(k.Raw(), message[:], s[1:], zip215)
}

// SignatureCheck is one signature to be judged.
type SignatureCheck struct {
	Key       proof.Key
	Message   proof.Hash
	Signature proof.Signature
	// Prepared is the key made ready by PrepareKey, for one that signs again and
	// again; nil for others.
	Prepared *PreparedKey
}

// PreparedKey is a public key in the form in which it is judged, which saves a
// seventh of a batch's time.
type PreparedKey struct{ key *ed25519.ExpandedPublicKey }

// PrepareKey makes a key ready; nil if it is no point of the curve.
func PrepareKey(k proof.Key) *PreparedKey {
	key, err := ed25519.NewExpandedPublicKey(k.Raw())
	if err != nil {
		return nil
	}
	return &PreparedKey{key}
}

// VerifySignatures judges many signatures and reports whether all of them hold.
// A batch and the single rule give the same verdict on every input, and so do
// prepared keys.
func VerifySignatures(checks []SignatureCheck) bool {
	if len(checks) < batchMin {
		for _, c := range checks {
			if !VerifySignature(c.Key, c.Message, c.Signature) {
				return false
			}
		}
		return true
	}
	batch := ed25519.NewBatchVerifierWithCapacity(len(checks))
	for _, c := range checks {
		if c.Key[0] != proof.AlgEd25519 || c.Signature[0] != proof.AlgEd25519 {
			return false
		}
		if c.Prepared != nil {
			batch.AddExpandedWithOptions(c.Prepared.key, c.Message[:], c.Signature[1:], zip215)
		} else {
			batch.AddWithOptions(c.Key.Raw(), c.Message[:], c.Signature[1:], zip215)
		}
	}
	return batch.VerifyBatchOnly(nil)
}

// batchMin is how many signatures make a batch worth its set-up.
const batchMin = 4

// smallOrder lists the encodings of small-order points, sign bit cleared,
// non-canonical ones included (p and p + 1 encode 0 and 1 again).
var smallOrder = [...][32]byte{
	{},
	{1},
	{0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
	{0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
	nearP(0xec), nearP(0xed), nearP(0xee),
}

// nearP is 2^255 - 19 with its lowest byte replaced.
func nearP(low byte) (b [32]byte) {
	for i := range b {
		b[i] = 0xff
	}
	b[0], b[31] = low, 0x7f
	return b
}

// CheckOneTimeKey refuses a small-order key where a rule first meets it. It is
// cheap, and enough for keys that no register holds: a key that is no point of
// the curve can't sign, which harms only whoever named it.
func CheckOneTimeKey(k proof.Key) error {
	if k[0] != proof.AlgEd25519 {
		return CodeWeakKey.Errorf("key %s has algorithm tag %d; use 1 (Ed25519)", k, k[0])
	}
	y := [32]byte(k.Raw())
	y[31] &= 0x7f
	for i := range smallOrder {
		if y == smallOrder[i] {
			return CodeWeakKey.Errorf("key %s is of small order, so anybody could sign with it; make a new key", k)
		}
	}
	return nil
}

// CheckNewKey refuses a key that is registered or first used when it is not a
// point of the curve, not in its one encoding, or of small order: such a key
// would let anybody sign.
func CheckNewKey(k proof.Key) error {
	if k[0] != proof.AlgEd25519 {
		return CodeWeakKey.Errorf("key %s has algorithm tag %d; use 1 (Ed25519)", k, k[0])
	}
	compressed, err := curve.NewCompressedEdwardsYFromBytes(k.Raw())
	if err != nil || !compressed.IsCanonicalVartime() {
		return CodeWeakKey.Errorf("key %s is not in its one encoding; make a new key", k)
	}
	var point curve.EdwardsPoint
	if _, err := point.SetCompressedY(compressed); err != nil {
		return CodeWeakKey.Errorf("key %s is not a point of the curve; make a new key", k)
	}
	if point.IsSmallOrder() {
		return CodeWeakKey.Errorf("key %s is of small order, so anybody could sign with it; make a new key", k)
	}
	return nil
}
