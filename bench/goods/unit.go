package goods

import (
	"crypto/ed25519"
	"fmt"

	"pedigree/domain/trace"
	"pedigree/ledger"
	"pedigree/proof"
)

// CommissionUnits brings loose units onto the ledger, one record and one origin
// each, owned and held by a key of its own.
func (m Maker) CommissionUnits(first, n int) (proof.Envelope, error) {
	if n < 1 || n > UnitsPerEnvelope {
		return proof.Envelope{}, fmt.Errorf("couldn't commission %d units in one envelope: it takes 1 to %d", n, UnitsPerEnvelope)
	}
	var entries []proof.Entry
	var signers []ed25519.PrivateKey
	for i := first; i < first+n; i++ {
		key0, owner := m.key("unit origin", i), public(m.key("unit owner", i))
		e, err := entry("commission", &trace.Commission{
			Origins: trace.Origins{proof.Origin(m.chain, public(key0))}, Key0: public(key0), Leaf: m.hash("unit leaf", i),
			Owner: owner, Holder: owner, Class: proof.ClassMade, Until: untilHalfYear, Stmt: ledger.OptHash(m.hash("unit statement", i)),
		})
		if err != nil {
			return proof.Envelope{}, err
		}
		entries, signers = append(entries, e), append(signers, key0)
	}
	return m.Envelope(entries, signers...)
}

// ShipUnit offers a unit, title and custody, to a new key. The envelope carries
// two signatures: the maker's and that of the unit's key.
func (m Maker) ShipUnit(i int) (proof.Envelope, error) {
	key0 := m.key("unit origin", i)
	e, err := m.ship(proof.Origin(m.chain, public(key0)), m.hash("unit leaf", i), public(m.key("unit receiver", i)), public(m.key("unit back", i)))
	if err != nil {
		return proof.Envelope{}, err
	}
	return m.Envelope([]proof.Entry{e}, m.key("unit owner", i))
}

func (m Maker) ship(origin, leaf proof.Hash, to, back proof.Key) (proof.Entry, error) {
	return entry("ship", &trace.Ship{
		Origins: trace.Origins{origin}, Rec: trace.Ref{Leaf: leaf}, To: ledger.OptKey(to), ToHolder: ledger.OptKey(to),
		Back: back, Deadline: uint64(m.now.Add(deadlineAfter).Unix()),
	})
}
