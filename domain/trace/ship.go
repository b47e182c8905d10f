package trace

import (
	"pedigree/ledger"
	"pedigree/proof"
)

// Ship offers a record to a one-time key: title (To), custody (ToHolder) or both.
// Return marks goods on their way back, the only way for recalled, illegitimate
// or stolen ones.
type Ship struct {
	_        struct{}       `cbor:",toarray"`
	Origins  Origins        `json:"origins"`
	Rec      Ref            `json:"rec"`
	To       ledger.OptKey  `json:"to"`
	ToHolder ledger.OptKey  `json:"to_holder"`
	Back     proof.Key      `json:"back"`     // where refused items go
	Deadline uint64         `json:"deadline"` // Unix seconds of block time
	Memo     ledger.OptHash `json:"memo"`     // commitment to the documents
	Return   bool           `json:"return"`
}

// Validate checks the message alone.
func (m *Ship) Validate() error {
	if err := validateOne(m.Origins, m.Rec); err != nil {
		return err
	}
	to, toHolder := proof.Key(m.To), proof.Key(m.ToHolder)
	if to.IsZero() && toHolder.IsZero() {
		return CodeBadShape.Errorf("a shipment names a key to own, a key to hold, or both")
	}
	for _, k := range []proof.Key{to, toHolder} {
		if !k.IsZero() {
			if err := newKeys(k); err != nil {
				return err
			}
		}
	}
	return newKeys(m.Back)
}

func validateOne(o Origins, r Ref) error {
	if err := o.validate(); err != nil {
		return err
	}
	return o.validateRefs([]Ref{r}, 1, 1)
}

// Apply puts the record in transit.
func (m *Ship) Apply(b *ledger.Block, s ledger.State) error {
	o, n := op{b, s}, m.Origins.name(m.Rec)
	r, err := o.live(n)
	if err != nil {
		return err
	}
	if !proof.Key(m.To).IsZero() {
		if err := o.owner(r, n); err != nil {
			return err
		}
		recoveries.Delete(s, n) // the owner's key isn't lost, and a buyer must not lose the record to a plan made before
	}
	if !proof.Key(m.ToHolder).IsZero() {
		if err := o.holder(r, n); err != nil {
			return err
		}
	}
	if err := o.shippable(r, n, m.Return); err != nil {
		return err
	}
	if m.Deadline < b.Time+DeadlineSecondsMin || m.Deadline > b.Time+DeadlineSecondsMax {
		return CodeDeadline.Errorf("the deadline %d lies outside %d and %d (an hour to 45 days from block time)", m.Deadline, b.Time+DeadlineSecondsMin, b.Time+DeadlineSecondsMax)
	}
	r.State = proof.StateTransit
	r.Transit = proof.Transit{To: proof.Key(m.To), ToHolder: proof.Key(m.ToHolder), Back: m.Back, Deadline: m.Deadline, Memo: proof.Hash(m.Memo)}
	if err := o.save(n, r); err != nil {
		return err
	}
	return b.Emit("shipped", Shipped{Origin: n.Origin, Leaf: n.Leaf, Deadline: m.Deadline, Memo: m.Memo, Return: m.Return})
}

func (o op) shippable(r proof.Record, n Name, back bool) error {
	if err := o.stopped(r, n); err != nil {
		return err
	}
	if r.Flags&returnOnly != 0 && !back {
		return CodeStopped.Errorf("record %s is marked illegitimate or stolen; it may only be shipped as a return", n.Leaf)
	}
	c, err := o.origin(n.Origin)
	if err != nil {
		return err
	}
	if c.Recall != 0 && !back {
		return CodeRecalled.Errorf("record %s is under recall %d; it may only be shipped as a return", n.Leaf, c.Recall)
	}
	return nil
}

// Reject sends an offered record back at once; the receiver signs.
type Reject struct {
	_       struct{} `cbor:",toarray"`
	Origins Origins  `json:"origins"`
	Rec     Ref      `json:"rec"`
}

// Validate checks the message alone.
func (m *Reject) Validate() error { return validateOne(m.Origins, m.Rec) }

// Apply returns the record to its sender's keys.
func (m *Reject) Apply(b *ledger.Block, s ledger.State) error {
	o, n := op{b, s}, m.Origins.name(m.Rec)
	r, err := o.transit(n)
	if err != nil {
		return err
	}
	if !b.Signed(r.Transit.To) && !b.Signed(r.Transit.ToHolder) {
		return CodeNotReceiver.Errorf("no receiving key of record %s signed; only the receiver may reject it", n.Leaf)
	}
	return o.giveBack(n, r, "rejected")
}

// Reclaim takes an offered record back after the deadline; the sender signs.
type Reclaim struct {
	_       struct{} `cbor:",toarray"`
	Origins Origins  `json:"origins"`
	Rec     Ref      `json:"rec"`
}

// Validate checks the message alone.
func (m *Reclaim) Validate() error { return validateOne(m.Origins, m.Rec) }

// Apply returns the record to its sender's keys.
func (m *Reclaim) Apply(b *ledger.Block, s ledger.State) error {
	o, n := op{b, s}, m.Origins.name(m.Rec)
	r, err := o.transit(n)
	if err != nil {
		return err
	}
	if !b.Signed(r.Owner) && !b.Signed(r.Holder) {
		return CodeNotOwner.Errorf("no key of the sender of record %s signed", n.Leaf)
	}
	if b.Time <= r.Transit.Deadline {
		return CodeTooEarly.Errorf("record %s can be received until %d; reclaim it after that", n.Leaf, r.Transit.Deadline)
	}
	return o.giveBack(n, r, "reclaimed")
}

func (o op) transit(n Name) (proof.Record, error) {
	r, err := o.load(n)
	if err == nil && r.State != proof.StateTransit {
		return r, CodeNotTransit.Errorf("record %s is %s, not in transit", n.Leaf, stateNames[r.State])
	}
	return r, err
}

func (o op) giveBack(n Name, r proof.Record, event string) error {
	r.State, r.Transit = proof.StateLive, proof.Transit{}
	if err := o.save(n, r); err != nil {
		return err
	}
	return o.b.Emit(event, Item{Origin: n.Origin, Leaf: n.Leaf})
}
