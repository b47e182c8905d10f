package proof

import "fmt"

// StatementItemsMax is how many product lots one commission may name.
const StatementItemsMax = 16

// StatementSizeMax is the size in bytes of a statement's body.
const StatementSizeMax = 1024

// Statement is what a maker signs, off the ledger, about one commission. Its
// commitment stands in the origin, so it can't be back-dated with a key stolen
// later; it names the origin, so it fits no other.
type Statement struct {
	ChainID string
	Origin  Hash
	Org     string
	KeyID   uint64
	Items   []StatementItem
}

// StatementItem names a product lot in the commission.
type StatementItem struct {
	GTIN   string // 14 digits
	Lot    string // GS1 AI (10)
	Expiry string // YYMMDD with day 00 resolved
}

// Covers reports whether the statement names a product lot.
func (s Statement) Covers(item StatementItem) bool {
	for _, i := range s.Items {
		if i == item {
			return true
		}
	}
	return false
}

// Encode returns the body that is signed: [1, chain, origin, org, key id,
// [[gtin, lot, expiry], ...]].
func (s Statement) Encode() []byte {
	b := AppendUint(AppendArray(make([]byte, 0, 160), 6), 1)
	b = AppendBytes(AppendText(b, s.ChainID), s.Origin[:])
	b = AppendUint(AppendText(b, s.Org), s.KeyID)
	b = AppendArray(b, len(s.Items))
	for _, i := range s.Items {
		b = AppendText(AppendText(AppendText(AppendArray(b, 3), i.GTIN), i.Lot), i.Expiry)
	}
	return b
}

// DecodeStatement reads what Encode wrote.
func DecodeStatement(b []byte) (Statement, error) {
	r := NewReader(b)
	r.ArrayOf(6)
	if v := r.Uint(); r.err == nil && v != 1 {
		r.fail("is a statement of version %d; version 1 is the only one known", v)
	}
	s := Statement{ChainID: r.Text(ChainIDMax), Origin: r.Hash(), Org: r.Text(OrgIDMax), KeyID: r.Uint()}
	for n := r.Array(StatementItemsMax); n > 0; n-- {
		r.ArrayOf(3)
		s.Items = append(s.Items, StatementItem{GTIN: r.Text(14), Lot: r.Text(LotSizeMax), Expiry: r.Text(ExpirySize)})
	}
	if err := r.Done(); err != nil {
		return Statement{}, fmt.Errorf("couldn't read a maker's statement: %w", err)
	}
	return s, nil
}
