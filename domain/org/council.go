package org

import (
	"pedigree/ledger"
	"pedigree/proof"
)

// council is the one row of counts, and the quorum.
type council struct {
	_       struct{} `cbor:",toarray"`
	Members uint64   // ever admitted
	Active  uint64   // of these, those that may act and vote
	Open    uint64   // proposals under vote
	Quorum  Fraction
}

const councilKey = "council"

func readCouncil(s ledger.State) council {
	c, _ := councils.Get(s, councilKey)
	return c
}

func (c council) write(s ledger.State) { councils.Set(s, councilKey, c) }

// needed is how many active members make a quorum.
func (c council) needed() uint64 {
	return (c.Active*c.Quorum.Numerator + c.Quorum.Denominator - 1) / c.Quorum.Denominator
}

// Fraction is the share of active members that makes a quorum.
type Fraction struct {
	_           struct{} `cbor:",toarray"`
	Numerator   uint64   `json:"numerator"`
	Denominator uint64   `json:"denominator"`
}

// check refuses a quorum of half or less, for then two could decide opposite
// things, and of more than all.
func (f Fraction) check() error {
	if f.Denominator > QuorumDenominatorMax || f.Numerator > f.Denominator || 2*f.Numerator <= f.Denominator {
		return CodeBadQuorum.Errorf("a quorum of %d/%d: give more than 1/2 and at most 1, with a denominator of at most %d", f.Numerator, f.Denominator, QuorumDenominatorMax)
	}
	return nil
}

// IsCouncil reports whether the entry under execution is an act of the council:
// a proposal that a quorum approved, or one in an envelope that a quorum of
// active members admitted.
func IsCouncil(b *ledger.Block, s ledger.State) bool {
	if b.Council() {
		return true
	}
	admitted, needed := uint64(0), readCouncil(s).needed()
	if uint64(len(b.Admitted())) < needed {
		return false
	}
	for _, a := range b.Admitted() { // an earlier entry of this envelope may have changed standing
		if m, ok := members.Get(s, a.Org); ok && m.Standing == proof.MemberActive {
			admitted++
		}
	}
	return admitted >= needed
}

// RequireCouncil refuses what only the council may do.
func RequireCouncil(b *ledger.Block, s ledger.State) error {
	if IsCouncil(b, s) {
		return nil
	}
	c := readCouncil(s)
	return CodeNotCouncil.Errorf("only the council may do this, by %d of its %d members: propose it, or let that many organisations admit the envelope", c.needed(), c.Active)
}

// ActsFor refuses an act about a member that neither itself nor the council
// sends.
func ActsFor(b *ledger.Block, s ledger.State, id string) error {
	if isAdmitted(b, id) || IsCouncil(b, s) {
		return nil
	}
	return CodeNotOwn.Errorf("only %s itself or the council may do this; sign with a key of %s, or propose it", id, id)
}

// sendsItself reports whether a member sends an act with its own key. A proposal is
// the council's act, even where the member casts the last vote.
func sendsItself(b *ledger.Block, id string) bool { return isAdmitted(b, id) && !b.Council() }

func isAdmitted(b *ledger.Block, id string) bool {
	for _, a := range b.Admitted() {
		if a.Org == id {
			return true
		}
	}
	return false
}

// SetQuorum changes the share of active members that decides.
type SetQuorum struct {
	_      struct{} `cbor:",toarray"`
	Quorum Fraction `json:"quorum"`
}

// Validate implements ledger.Message.
func (e *SetQuorum) Validate() error { return e.Quorum.check() }

// Apply implements ledger.Message.
func (e *SetQuorum) Apply(b *ledger.Block, s ledger.State) error {
	if err := RequireCouncil(b, s); err != nil {
		return err
	}
	c := readCouncil(s)
	c.Quorum = e.Quorum
	c.write(s)
	return b.Emit("quorum-set", e)
}

// SetParams changes how much an organisation may write in a day.
type SetParams struct {
	_             struct{} `cbor:",toarray"`
	EntriesPerDay uint64   `json:"entries_per_day"`
	WritesPerDay  uint64   `json:"writes_per_day"`
}

// Validate implements ledger.Message.
func (e *SetParams) Validate() error {
	if e.EntriesPerDay < EntriesPerDayMin || e.WritesPerDay < WritesPerDayMin {
		return CodeBadField.Errorf("%d entries and %d writes a day: give at least %d and %d, so that the council can still act", e.EntriesPerDay, e.WritesPerDay, EntriesPerDayMin, WritesPerDayMin)
	}
	return nil
}

// Apply implements ledger.Message.
func (e *SetParams) Apply(b *ledger.Block, s ledger.State) error {
	if err := RequireCouncil(b, s); err != nil {
		return err
	}
	p := ledger.ReadParams(s)
	p.EntriesEpoch, p.WritesEpoch = e.EntriesPerDay, e.WritesPerDay
	ledger.SetParams(s, p)
	return b.Emit("params-set", e)
}
