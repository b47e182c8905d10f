package org

import (
	"cmp"

	"pedigree/ledger"
	"pedigree/proof"
)

// Recovery is the recovery of an organisation that is under way.
type Recovery struct {
	Key    proof.Key // the key that it will have
	Since  uint64    // height from which its other keys will count as compromised; 0: they only retire
	Reason string
	Opened uint64 // height
	Due    uint64 // second of block time from which it can be finished
}

// recovery is the row of a member. One that was vetoed stays, to say from when on
// the council may open another.
type recovery struct {
	_      struct{} `cbor:",toarray"`
	Key    proof.Key
	Since  uint64
	Reason string
	Opened uint64
	Due    uint64
	Vetoed uint64 // second of block time, or 0
}

// Recover opens the recovery of an organisation that has lost its keys, or lost
// them to a thief: the key named here will take the place of all that it has. It
// stands in the open for seven days, in which a present key can veto it. The
// council sends it.
type Recover struct {
	_      struct{}  `cbor:",toarray"`
	Member string    `json:"member"`
	Key    proof.Key `json:"key"`
	Since  uint64    `json:"since"` // height from which the present keys were in other hands; 0: they are only lost
	Reason string    `json:"reason"`
}

// Validate implements ledger.Message.
func (e *Recover) Validate() error {
	return cmp.Or(CheckID(e.Member), ledger.CheckNewKey(e.Key), CheckText("reason", e.Reason, ReasonMax))
}

// Apply implements ledger.Message.
func (e *Recover) Apply(b *ledger.Block, s ledger.State) error {
	if err := RequireCouncil(b, s); err != nil {
		return err
	}
	m, err := Load(s, e.Member)
	if err != nil {
		return err
	}
	if before, found := recoveries.Get(s, e.Member); found {
		switch {
		case before.Vetoed == 0:
			return CodeRecovering.Errorf("a recovery of %s is under way; finish or veto it first", e.Member)
		case b.Time < before.Vetoed+RecoveryPauseSeconds:
			return CodeRecoveryVetoed.Errorf("the last recovery of %s was vetoed; another can be opened from %d, this is %d. To keep a thief from vetoing, suspend the member first", e.Member, before.Vetoed+RecoveryPauseSeconds, b.Time)
		}
	}
	if e.Since > b.Height+1 {
		return CodeBadHeight.Errorf("the keys of %s can't be compromised since height %d, which lies ahead; give %d at most, or 0 if they are only lost", e.Member, e.Since, b.Height+1)
	}
	if err := checkFreshKey(s, e.Member, m, e.Key, KeysMax); err != nil {
		return err
	}
	row := recovery{Key: e.Key, Since: e.Since, Reason: e.Reason, Opened: b.Height, Due: b.Time + RecoverySeconds}
	recoveries.Set(s, e.Member, row)
	return b.Emit("recovery-opened", recoveryOpened{Member: e.Member, Key: e.Key, Since: e.Since, Reason: e.Reason, Due: row.Due})
}

// VetoRecovery ends a recovery. The organisation sends it, with a present key: then
// the council can open another only after a day. Or the council sends it, to take
// its own back. A member that is suspended can't, as it can't send anything: by
// that the council says that it does not trust the present keys.
type VetoRecovery struct {
	_      struct{} `cbor:",toarray"`
	Member string   `json:"member"`
}

// Validate implements ledger.Message.
func (e *VetoRecovery) Validate() error { return CheckID(e.Member) }

// Apply implements ledger.Message.
func (e *VetoRecovery) Apply(b *ledger.Block, s ledger.State) error {
	if err := ActsFor(b, s, e.Member); err != nil {
		return err
	}
	row, err := openRecovery(s, e.Member)
	if err != nil {
		return err
	}
	if row.Vetoed = b.Time; sendsItself(b, e.Member) {
		recoveries.Set(s, e.Member, row)
	} else {
		recoveries.Delete(s, e.Member)
	}
	return b.Emit("recovery-vetoed", e)
}

// FinishRecovery carries a recovery out once its seven days are over: the new key
// counts from the next height, all others retire there, and the votes that the
// former keys cast are taken back. Any member sends it.
type FinishRecovery struct {
	_      struct{} `cbor:",toarray"`
	Member string   `json:"member"`
}

// Validate implements ledger.Message.
func (e *FinishRecovery) Validate() error { return CheckID(e.Member) }

// Apply implements ledger.Message.
func (e *FinishRecovery) Apply(b *ledger.Block, s ledger.State) error {
	row, err := openRecovery(s, e.Member)
	if err != nil {
		return err
	}
	if b.Time < row.Due {
		return CodeRecoveryEarly.Errorf("the recovery of %s can be finished from %d, this is %d; until then %s can veto it", e.Member, row.Due, b.Time, e.Member)
	}
	return amend(s, e.Member, nil, func(m *proof.Member) error {
		if err := checkFreshKey(s, e.Member, *m, row.Key, KeysMax); err != nil {
			return err
		}
		next := b.Height + 1
		for i := range m.Keys {
			replaceKey(&m.Keys[i], row.Since, next)
		}
		addKey(s, e.Member, m, row.Key, next)
		takeVotesBack(s, e.Member)
		recoveries.Delete(s, e.Member)
		return b.Emit("recovered", recovered{Member: e.Member, KeyID: uint64(len(m.Keys)), Key: row.Key, Height: next, Since: row.Since})
	})
}

// replaceKey retires a key, and declares it compromised where the recovery says
// so. A declaration that reaches further back stays.
func replaceKey(k *proof.MemberKeyEntry, since, next uint64) {
	counted := k.To == 0 || k.To > since
	if from := max(since, k.From); since != 0 && counted && (k.Compromised == 0 || k.Compromised > from) {
		k.Compromised = from
	}
	if k.To == 0 {
		k.To = next
	}
}

func openRecovery(s ledger.State, member string) (recovery, error) {
	row, found := recoveries.Get(s, member)
	if !found || row.Vetoed != 0 {
		return row, CodeNoRecovery.Errorf("no recovery of %q is under way; the council opens one with recover", member)
	}
	return row, nil
}

// RecoveryOf returns the recovery of an organisation that is under way, if there
// is one.
func RecoveryOf(s ledger.State, member string) (Recovery, bool) {
	row, err := openRecovery(s, member)
	if err != nil {
		return Recovery{}, false
	}
	return Recovery{Key: row.Key, Since: row.Since, Reason: row.Reason, Opened: row.Opened, Due: row.Due}, true
}
