package traceview

import (
	"fmt"
	"strings"

	"pedigree/domain/org"
	"pedigree/format/epcis"
	"pedigree/format/gs1"
	"pedigree/ledger"
	"pedigree/proof"
)

// owner knows which events and numbers are this organisation's, by its entry in
// the member register.
type owner struct {
	member proof.Member
	height uint64
	day    uint64          // of the last block, since 1970-01-01 UTC
	places map[string]bool // identifiers seen before
}

func (d *Desk) owner() (*owner, error) {
	height, now := d.chain.Status()
	height = max(height, 1) // before the first block: what the founding grants counts from it on
	o := &owner{height: height, day: now / ledger.EpochSeconds, places: map[string]bool{}}
	err := d.chain.Read(func(s ledger.State) error {
		m, ok := org.Get(s, d.sign.Org())
		if !ok {
			return fmt.Errorf("couldn't tell our own events from others: %q is not in the member register; check the node's organisation id", d.sign.Org())
		}
		o.member = m
		return nil
	})
	return o, err
}

// class is how this organisation brings goods onto the ledger, or false when it
// may not.
func (o *owner) class() (uint64, bool) {
	switch {
	case o.member.Roles&proof.RoleManufacturer != 0:
		return proof.ClassMade, true
	case o.member.Roles&proof.RoleRepackager != 0:
		return proof.ClassRepacked, true
	}
	return 0, false
}

// licensed says whether this organisation may bring goods onto the ledger today.
func (o *owner) licensed() bool {
	return o.member.LicensedOn(proof.RoleManufacturer|proof.RoleRepackager, o.day, o.height)
}

// place says whether a location or party identifier is this organisation's: its
// registered GLN, or one under its GS1 company prefix.
func (o *owner) place(id string) bool {
	if ours, ok := o.places[id]; ok {
		return ours
	}
	ours := o.judgePlace(id)
	if len(o.places) < placesMax {
		o.places[id] = ours
	}
	return ours
}

func (o *owner) judgePlace(id string) bool {
	path, err := gs1.CanonicalPath(id)
	if err != nil {
		return false
	}
	parts := strings.Split(path, "/")
	if len(parts) < 3 || parts[1] != "414" && parts[1] != "417" {
		return false
	}
	for _, i := range o.member.IDs {
		if i.Kind == proof.IdentGLN && i.Value == parts[2] {
			return true
		}
	}
	return o.member.OwnsPrefix(parts[2], o.height)
}

// product says whether the key of a path stands under this organisation's prefix.
func (o *owner) product(path string) bool {
	const skip = len("/01/") + 1 // the indicator or extension digit
	return len(path) > skip && (path[:4] == "/01/" || path[:4] == "/00/") && o.member.OwnsPrefix(path[skip:], o.height)
}

// event says whether this organisation is the source owner of an event: the
// owning party it names as source, else the place where it happened, else the
// company prefix of what it commissions.
func (o *owner) event(e *epcis.Event, first string) bool {
	for _, id := range []string{e.Source("owning_party"), e.ReadPoint.ID, e.BizLocation.ID} {
		if id != "" {
			return o.place(id)
		}
	}
	return e.Action == epcis.Add && first != "" && o.product(first)
}
