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
}

// VerifySignatures judges many signatures and reports whether all of them hold.
// A batch and the single rule give the same verdict on every input.
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
		batch.AddWithOptions(c.Key.Raw(), c.Message[:], c.Signature[1:], zip215)
	}
	return batch.VerifyBatchOnly(nil)
}

// batchMin is how many signatures make a batch worth its set-up.
const batchMin = 4

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
