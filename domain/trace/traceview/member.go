package traceview

import (
	"fmt"

	"pedigree/domain/org"
	"pedigree/ledger"
	"pedigree/proof"
)

// memberKey returns the signing key of an organisation in good standing, by its
// number, if it is valid now.
func (d *Desk) memberKey(id string, keyID uint64) (proof.Key, error) {
	height, _ := d.chain.Status()
	var key proof.Key
	err := d.chain.Read(func(s ledger.State) error {
		m, err := activeMember(s, id)
		if err != nil {
			return err
		}
		k, ok := m.KeyAt(keyID, height)
		if !ok {
			return fmt.Errorf("%s has no valid key %d at height %d: it was retired, declared compromised, or never registered; ask %s to sign again with a key in force", id, keyID, height, id)
		}
		key = k
		return nil
	})
	return key, err
}

// activeMember returns the entry of an organisation in good standing.
func activeMember(s ledger.State, id string) (proof.Member, error) {
	m, ok := org.Get(s, id)
	switch {
	case !ok:
		return m, fmt.Errorf("%q is not a member of this network; check the id, or ask the organisation to join", id)
	case m.Standing == proof.MemberSuspended:
		return m, fmt.Errorf("%s (%s) is suspended: nothing may be exchanged with it until the council reinstates it", m.Name, id)
	case m.Standing != proof.MemberActive:
		return m, fmt.Errorf("%s (%s) is no longer a member: nothing may be exchanged with it", m.Name, id)
	}
	return m, nil
}

// partner returns the entry of another organisation with which goods may be
// exchanged.
func (d *Desk) partner(id string) (proof.Member, error) {
	if id == d.sign.Org() {
		return proof.Member{}, fmt.Errorf("%s is this organisation itself; name a partner", id)
	}
	var m proof.Member
	err := d.chain.Read(func(s ledger.State) (err error) {
		m, err = activeMember(s, id)
		return err
	})
	return m, err
}
