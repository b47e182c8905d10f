package org

import (
	"cmp"

	"pedigree/ledger"
	"pedigree/proof"
)

// SetValidator gives a member's consensus key its power in the engine, two
// heights on; power 0 takes it out. Another key of the same member is replaced.
// The council sends it.
type SetValidator struct {
	_      struct{}  `cbor:",toarray"`
	Member string    `json:"member"`
	Key    proof.Key `json:"key"`
	Power  uint64    `json:"power"`
}

// Validate implements ledger.Message.
func (e *SetValidator) Validate() error {
	if e.Power > ValidatorPowerMax {
		return CodeBadField.Errorf("power %d: give 0 to %d", e.Power, ValidatorPowerMax)
	}
	return cmp.Or(CheckID(e.Member), ledger.CheckNewKey(e.Key))
}

// Apply implements ledger.Message.
func (e *SetValidator) Apply(b *ledger.Block, s ledger.State) error {
	return amend(s, e.Member, RequireCouncil(b, s), func(*proof.Member) error { return e.set(b, s) })
}

// set does the work for the council and the founding file.
func (e *SetValidator) set(b *ledger.Block, s ledger.State) error {
	present, row, count := validatorOf(s, e.Member)
	if e.Power == 0 {
		if present != e.Key {
			return CodeUnknownValidator.Errorf("key %s is not the consensus key of %s; there is nothing to take out", e.Key, e.Member)
		}
		if err := dropValidator(b, s, e.Member); err != nil {
			return err
		}
		return b.Emit("validator-set", e)
	}
	if other, taken := validators.Get(s, e.Key); taken && other.Member != e.Member {
		return CodeKeyTaken.Errorf("key %s is the consensus key of %s; make a new one", e.Key, other.Member)
	}
	if owner, taken := keyOwners.Get(s, e.Key); taken {
		return CodeKeyTaken.Errorf("key %s is a signing key of %s; make a key of its own for consensus", e.Key, owner)
	}
	switch {
	case present.IsZero() && count >= ValidatorsMax:
		return CodeTooMany.Errorf("the network has its %d validators; take one out first", ValidatorsMax)
	case !present.IsZero() && present != e.Key:
		if err := checkSettled(b, row); err != nil {
			return err
		}
		validators.Delete(s, present)
		b.SetValidator(present, 0)
	}
	validators.Set(s, e.Key, validator{Member: e.Member, Power: e.Power, Height: b.Height})
	b.SetValidator(e.Key, e.Power)
	return b.Emit("validator-set", e)
}

// checkSettled refuses to take out a key that was put in at this same height:
// the engine sees the last word of a block only, does not know the key yet, and
// would stop at its removal.
func checkSettled(b *ledger.Block, row validator) error {
	if row.Height == b.Height {
		return CodeValidatorBusy.Errorf("the validator of %s was set at this same height; take it out in a later block", row.Member)
	}
	return nil
}

// validatorOf returns a member's consensus key, the zero key if it has none, and
// how many validators there are.
func validatorOf(s ledger.State, member string) (key proof.Key, row validator, count int) {
	validators.Each(s, nil, func(k proof.Key, r validator) bool {
		count++
		if r.Member == member {
			key, row = k, r
		}
		return true
	})
	return key, row, count
}

// dropValidator takes a member's validator out, if it has one.
func dropValidator(b *ledger.Block, s ledger.State, member string) error {
	key, row, count := validatorOf(s, member)
	if key.IsZero() {
		return nil
	}
	if count == 1 {
		return CodeLastValidator.Errorf("the validator of %s is the last, without which the ledger would halt; set another first", member)
	}
	if err := checkSettled(b, row); err != nil {
		return err
	}
	validators.Delete(s, key)
	b.SetValidator(key, 0)
	return nil
}
