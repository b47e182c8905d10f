package trace

import (
	"pedigree/domain/org"
	"pedigree/ledger"
	"pedigree/proof"
)

// Recover gives a record whose keys are lost new ones, by decision of the
// council, after seven days in the open. Finish it then with FinishRecovery.
// Whatever the owner does with the record meanwhile ends it as a veto does: sell,
// pack or end it.
type Recover struct {
	_       struct{}  `cbor:",toarray"`
	Origins Origins   `json:"origins"`
	Rec     Ref       `json:"rec"`
	Owner   proof.Key `json:"owner"`
	Holder  proof.Key `json:"holder"`
}

// Validate checks the message alone.
func (m *Recover) Validate() error {
	if err := validateOne(m.Origins, m.Rec); err != nil {
		return err
	}
	return newKeys(m.Owner, m.Holder)
}

// Apply opens the recovery.
func (m *Recover) Apply(b *ledger.Block, s ledger.State) error {
	o, n := op{b, s}, m.Origins.name(m.Rec)
	if !org.IsCouncil(b, s) {
		return CodeNotCouncil.Errorf("only the council recovers records; make a proposal")
	}
	if _, err := o.live(n); err != nil {
		return err
	}
	if recoveries.Has(s, n) {
		return CodeRecovering.Errorf("a recovery of record %s is under way; wait for its end or its veto", n.Leaf)
	}
	recoveries.Set(s, n, Recovery{Owner: m.Owner, Holder: m.Holder, From: b.Time + RecoverSeconds})
	return b.Emit("recovering", Item{Origin: n.Origin, Leaf: n.Leaf})
}

// FinishRecovery gives the record its new keys once seven days have passed.
// Anybody may send it.
type FinishRecovery struct {
	_       struct{} `cbor:",toarray"`
	Origins Origins  `json:"origins"`
	Rec     Ref      `json:"rec"`
}

// Validate checks the message alone.
func (m *FinishRecovery) Validate() error { return validateOne(m.Origins, m.Rec) }

// Apply changes the keys.
func (m *FinishRecovery) Apply(b *ledger.Block, s ledger.State) error {
	o, n := op{b, s}, m.Origins.name(m.Rec)
	pending, ok := recoveries.Get(s, n)
	if !ok {
		return CodeNoRecovery.Errorf("no recovery of record %s is under way", n.Leaf)
	}
	if b.Time < pending.From {
		return CodeTooEarly.Errorf("the recovery of record %s can be finished from %d; until then its owner can veto it", n.Leaf, pending.From)
	}
	r, err := o.live(n)
	if err != nil {
		return err
	}
	recoveries.Delete(s, n)
	r.Owner, r.Holder = pending.Owner, pending.Holder
	if err := o.save(n, r); err != nil {
		return err
	}
	return b.Emit("recovered", Item{Origin: n.Origin, Leaf: n.Leaf})
}

// Veto ends a recovery; the present owner signs.
type Veto struct {
	_       struct{} `cbor:",toarray"`
	Origins Origins  `json:"origins"`
	Rec     Ref      `json:"rec"`
}

// Validate checks the message alone.
func (m *Veto) Validate() error { return validateOne(m.Origins, m.Rec) }

// Apply drops the recovery.
func (m *Veto) Apply(b *ledger.Block, s ledger.State) error {
	o, n := op{b, s}, m.Origins.name(m.Rec)
	if !recoveries.Has(s, n) {
		return CodeNoRecovery.Errorf("no recovery of record %s is under way", n.Leaf)
	}
	_, top, err := o.topmost(n)
	if err != nil {
		return err
	}
	if err := o.owner(top, n); err != nil {
		return err
	}
	recoveries.Delete(s, n)
	return b.Emit("vetoed", Item{Origin: n.Origin, Leaf: n.Leaf})
}

// Post puts a 32-byte commitment on the ledger for a key to find: a regulator's
// question, a notice, an anchor. It changes nothing.
type Post struct {
	_    struct{}      `cbor:",toarray"`
	Kind string        `json:"kind"`
	To   ledger.OptKey `json:"to"`
	Hash proof.Hash    `json:"hash"`
}

// Validate checks the message alone.
func (m *Post) Validate() error {
	if m.Kind == "" || len(m.Kind) > PostKindMax {
		return CodeBadShape.Errorf("a post's kind has 1 to %d bytes", PostKindMax)
	}
	return nil
}

// Apply emits the post.
func (m *Post) Apply(b *ledger.Block, _ ledger.State) error {
	return b.Emit("posted", Posted{Kind: m.Kind, To: m.To, Hash: m.Hash})
}
