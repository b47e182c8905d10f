package org

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"pedigree/ledger"
	"pedigree/proof"
)

// Founding is the module's part of the founding file.
type Founding struct {
	Quorum  Fraction         `json:"quorum"` // two thirds when left out
	Members []FoundingMember `json:"members"`
}

// FoundingMember is one founder, with the consensus key of its validator if it
// runs one. At least one founder does.
type FoundingMember struct {
	Admit
	Validator proof.Key `json:"validator"`
	Power     uint64    `json:"power"` // 1 when left out
}

// ParseFounding reads the module's part of the founding file and refuses fields
// that it does not know.
func ParseFounding(text []byte) (Founding, error) {
	var f Founding
	if len(text) > FoundingSizeMax {
		return f, fmt.Errorf("couldn't read the founding members: %d bytes where %d are the most", len(text), FoundingSizeMax)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return f, fmt.Errorf("couldn't read the founding members: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return f, fmt.Errorf("couldn't read the founding members: something follows their end")
	}
	if f.Quorum == (Fraction{}) {
		f.Quorum = Fraction{Numerator: 2, Denominator: 3}
	}
	return f, f.Validate()
}

// Validate checks what can be told without state.
func (f Founding) Validate() error {
	if len(f.Members) > FoundingMembersMax {
		return fmt.Errorf("couldn't accept the founding members: %d where %d are the most; admit the others later", len(f.Members), FoundingMembersMax)
	}
	if err := f.Quorum.check(); err != nil {
		return fmt.Errorf("couldn't accept the founding members: %w", err)
	}
	validators := 0
	for i := range f.Members {
		m := &f.Members[i]
		if err := m.Validate(); err != nil {
			return fmt.Errorf("couldn't accept founding member %d (%s): %w", i+1, m.ID, err)
		}
		if !m.Validator.IsZero() {
			validators++
		}
	}
	if validators == 0 {
		return fmt.Errorf("couldn't accept the founding members: none of the %d runs a validator; give at least one its validator key", len(f.Members))
	}
	return nil
}

// begin lays the founding members down.
func begin(b *ledger.Block, s ledger.State, text []byte) error {
	f, err := ParseFounding(text)
	if err != nil {
		return err
	}
	council{Quorum: f.Quorum}.write(s)
	if err := b.Emit("quorum-set", &SetQuorum{Quorum: f.Quorum}); err != nil {
		return err
	}
	for i := range f.Members {
		if err := f.Members[i].begin(b, s); err != nil {
			return fmt.Errorf("couldn't lay down founding member %d (%s): %w", i+1, f.Members[i].ID, err)
		}
	}
	return nil
}

func (m *FoundingMember) begin(b *ledger.Block, s ledger.State) error {
	if err := m.admit(b, s); err != nil {
		return err
	}
	if m.Validator.IsZero() {
		return nil
	}
	set := SetValidator{Member: m.ID, Key: m.Validator, Power: m.Power}
	if set.Power == 0 {
		set.Power = 1
	}
	if err := set.Validate(); err != nil {
		return err
	}
	return set.set(b, s)
}
