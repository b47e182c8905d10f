package proof

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"sort"
)

// Validator is one signer of blocks.
type Validator struct {
	Key   Key
	Power uint64
}

// Address is the first 20 bytes of SHA-256 of the untagged key.
func (v Validator) Address() [AddressSize]byte {
	sum := sha256.Sum256(v.Key.Raw())
	return [AddressSize]byte(sum[:AddressSize])
}

// leaf is the engine's SimpleValidator message: public key, then power.
func (v Validator) leaf() []byte {
	key := protoBytes(nil, 1, v.Key.Raw())
	return protoUint(protoMessage(nil, 1, key), 2, v.Power)
}

// ValidatorSet is a set in the engine's order: greater power first, then by
// address.
type ValidatorSet []Validator

// NewValidatorSet brings validators into the engine's order and checks the set.
func NewValidatorSet(list []Validator) (ValidatorSet, error) {
	set := append(ValidatorSet{}, list...)
	sort.SliceStable(set, func(i, j int) bool { return set[i].before(set[j]) })
	return set, set.Check()
}

func (v Validator) before(w Validator) bool {
	if v.Power != w.Power {
		return v.Power > w.Power
	}
	a, b := v.Address(), w.Address()
	return bytes.Compare(a[:], b[:]) < 0
}

// Check refuses a set that the engine could not have: empty or too large, a key
// twice, no power or too much, or in another order.
func (s ValidatorSet) Check() error {
	if len(s) == 0 || len(s) > ValidatorsMax {
		return fmt.Errorf("couldn't take a validator set of %d: 1 to %d are possible", len(s), ValidatorsMax)
	}
	total := uint64(0)
	for i, v := range s {
		if v.Key[0] != AlgEd25519 || v.Power == 0 || v.Power > powerMax-total {
			return fmt.Errorf("couldn't take a validator set: validator %d has no Ed25519 key or an impossible power", i)
		}
		total += v.Power
		if i > 0 && !s[i-1].before(v) {
			return fmt.Errorf("couldn't take a validator set: validator %d is out of order or there twice", i)
		}
	}
	return s.checkKeys()
}

func (s ValidatorSet) checkKeys() error {
	seen := make(map[Key]bool, len(s))
	for i, v := range s {
		if seen[v.Key] {
			return fmt.Errorf("couldn't take a validator set: validator %d has another one's key", i)
		}
		seen[v.Key] = true
	}
	return nil
}

// Power is the total voting power.
func (s ValidatorSet) Power() uint64 {
	total := uint64(0)
	for _, v := range s {
		total += v.Power
	}
	return total
}

// Hash is the RFC 6962 root over the validators, as headers carry it.
func (s ValidatorSet) Hash() Hash {
	leaves := make([]Hash, len(s))
	for i, v := range s {
		leaves[i] = TreeLeaf(v.leaf())
	}
	return TreeRoot(leaves)
}

// Append appends [[key, power], ...].
func (s ValidatorSet) Append(b []byte) []byte {
	b = AppendArray(b, len(s))
	for _, v := range s {
		b = AppendUint(AppendBytes(AppendArray(b, 2), v.Key[:]), v.Power)
	}
	return b
}

// ValidatorSet reads what ValidatorSet.Append wrote.
func (r *Reader) ValidatorSet() ValidatorSet {
	n := r.Array(ValidatorsMax)
	set := make(ValidatorSet, 0, n)
	for ; n > 0 && r.err == nil; n-- {
		r.ArrayOf(2)
		set = append(set, Validator{Key: r.Key(), Power: r.Uint()})
	}
	if r.err != nil {
		return nil
	}
	if err := set.Check(); err != nil {
		r.fail("has an impossible validator set: %v", err)
		return nil
	}
	return set
}
