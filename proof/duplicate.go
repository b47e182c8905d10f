package proof

import "fmt"

// Duplicate is a proof of fraud or grave error: one organisation commissioned
// the same serialised package twice.
type Duplicate struct {
	Org, ID string
	OriginA Hash
	OriginB Hash
	HeightA uint64 // of the first bundle's commission
	HeightB uint64
	A, B    BundleReport
}

// VerifyDuplicate checks two bundles that open to one serial number under
// different records of the same organisation's commissions. Anyone can carry the
// two files to anyone else. A number that was taken out of use and given again
// looks the same; GS1 rules forbid that too.
func VerifyDuplicate(a, b Bundle, t Trust) (Duplicate, error) {
	ra, err := a.Verify(t, Options{})
	if err != nil {
		return Duplicate{}, fmt.Errorf("couldn't prove a duplicate: the first bundle: %w", err)
	}
	rb, err := b.Verify(t, Options{})
	if err != nil {
		return Duplicate{}, fmt.Errorf("couldn't prove a duplicate: the second bundle: %w", err)
	}
	switch {
	case ra.Unit.GTIN == "" || a.Unit.ID != b.Unit.ID:
		return Duplicate{}, refuse(PartUnit, "the bundles are of %s and %s, not of one serialised trade item", a.Unit.ID, b.Unit.ID)
	case a.Maker == nil || b.Maker == nil || ra.Statement.Org != rb.Statement.Org:
		return Duplicate{}, refuse(PartMaker, "the bundles are not both stated by one organisation")
	case a.Origin == b.Origin && ra.Leaf == rb.Leaf:
		return Duplicate{}, refuse(PartOrigin, "both bundles are of the same package")
	}
	return Duplicate{
		Org: ra.Statement.Org, ID: a.Unit.ID, OriginA: a.Origin, OriginB: b.Origin,
		HeightA: ra.State.At, HeightB: rb.State.At, A: ra, B: rb,
	}, nil
}
