package partnerview

import (
	"database/sql"
	"time"

	"pedigree/format/dscsa"
)

// PartyOf is the partner at a GLN as a document of today names it.
func (b *Book) PartyOf(tx *sql.Tx, gln string) (dscsa.Party, bool, error) {
	known, err := b.now(tx)
	if err != nil {
		return dscsa.Party{}, false, err
	}
	return b.partyAt(tx, gln, known)
}

// PartyAt is the partner at a GLN as a document of that moment named it, so that what
// is printed again shows the address of then.
func (b *Book) PartyAt(tx *sql.Tx, gln string, at time.Time) (dscsa.Party, bool, error) {
	return b.partyAt(tx, gln, at.UnixMilli())
}

func (b *Book) partyAt(tx *sql.Tx, gln string, known int64) (dscsa.Party, bool, error) {
	p, found, err := b.holder(tx, known, gln)
	if err != nil || !found {
		return dscsa.Party{}, false, err
	}
	s, found := p.site(gln)
	return p.party(s), found, nil
}
