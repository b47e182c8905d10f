package trace

import (
	"pedigree/domain/org"
	"pedigree/ledger"
	"pedigree/proof"
)

// Flag sets and clears marks on a record: its owner or holder the marks of trade
// (held, suspect, illegitimate, stolen), the council the freeze.
type Flag struct {
	_       struct{} `cbor:",toarray"`
	Origins Origins  `json:"origins"`
	Rec     Ref      `json:"rec"`
	Set     uint64   `json:"set"`
	Clear   uint64   `json:"clear"`
}

// tradeFlags are the marks that owner and holder may set and clear.
const tradeFlags = proof.FlagHeld | proof.FlagSuspect | proof.FlagIllegitimate | proof.FlagStolen

// Validate checks the message alone.
func (m *Flag) Validate() error {
	if both := m.Set | m.Clear; both == 0 || m.Set&m.Clear != 0 || both != proof.FlagFrozen && both&^uint64(tradeFlags) != 0 {
		return CodeFlags.Errorf("set %d and clear %d: name held (1), suspect (2), illegitimate (4), stolen (8) each on one side at most, or frozen (16) alone", m.Set, m.Clear)
	}
	return validateOne(m.Origins, m.Rec)
}

// Apply changes the marks.
func (m *Flag) Apply(b *ledger.Block, s ledger.State) error {
	o, n := op{b, s}, m.Origins.name(m.Rec)
	if (m.Set|m.Clear)&proof.FlagFrozen != 0 {
		return o.freeze(n, m)
	}
	r, err := o.live(n)
	if err != nil {
		return err
	}
	if !b.Signed(r.Owner) && !b.Signed(r.Holder) {
		return CodeNotOwner.Errorf("neither owner nor holder of record %s signed", n.Leaf)
	}
	return o.mark(n, r, m)
}

func (o op) mark(n Name, r proof.Record, m *Flag) error {
	r.Flags = r.Flags&^m.Clear | m.Set
	if err := o.save(n, r); err != nil {
		return err
	}
	return o.b.Emit("flagged", Flagged{Origin: n.Origin, Leaf: n.Leaf, Set: m.Set, Clear: m.Clear})
}

// freeze stops or frees a record by decision of the council; it acts at once and
// lapses after seven days.
func (o op) freeze(n Name, m *Flag) error {
	if !org.IsCouncil(o.b, o.s) {
		return CodeNotCouncil.Errorf("only the council freezes and unfreezes; make a proposal")
	}
	r, err := o.load(n)
	if err != nil {
		return err
	}
	if r.State == proof.StateEnded {
		return CodeNotLive.Errorf("record %s has ended; there is nothing to freeze", n.Leaf)
	}
	if m.Set != 0 {
		freezes.Set(o.s, n, o.b.Time+FreezeSeconds)
	} else {
		freezes.Delete(o.s, n)
	}
	return o.mark(n, r, m)
}
