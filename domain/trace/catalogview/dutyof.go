package catalogview

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"pedigree/domain/trace/traceview/verdict"
)

// Exempt tells by what ground the law's duties of tracing don't hold for a thing, by its
// path, that a person claims for the transaction in which it came; and whether one does.
func (c *Catalogue) Exempt(tx *sql.Tx, path string) (d verdict.Duty, claimed bool, err error) {
	e, claimed, err := c.exemptOf(tx, path)
	if err != nil || !claimed {
		return verdict.Duty{}, false, err
	}
	return verdict.Duty{
		Ground: e.Ground, Text: fmt.Sprintf("It came in a transaction for which the law's duties don't hold: %s (%s). Noted here: %s.", e.Text, e.ground.cite(), e.Why),
		Basis: verdict.Basis{Known: verdict.Own, AsOf: e.At, Source: "here", Evidence: "exempt " + path},
	}, true, nil
}

// Duty tells by what ground they don't hold for a product on a day, by its GTIN, that
// somebody claims for it. A ground that sources differ about is no ground.
func (c *Catalogue) Duty(tx *sql.Tx, gtin string, on time.Time) (verdict.Duty, error) {
	f, _, err := c.Product(tx, gtin, on)
	i := slices.IndexFunc(f.Values, func(v Value) bool { return v.Field == FieldDuty })
	if err != nil || i < 0 {
		return verdict.Duty{}, err
	}
	v := f.Values[i]
	g, known := GroundOf(v.Value)
	if !known {
		return verdict.Duty{}, nil // of a later version of the program
	}
	doubt, err := c.doubt(tx, f, dayOf(on))
	switch {
	case err != nil:
		return verdict.Duty{}, err
	case doubt == doubtDiffering:
		n := f.Conflicts[slices.IndexFunc(f.Conflicts, Conflict.openDuty)].N
		return verdict.Duty{Doubt: fmt.Sprintf("Sources differ on whether the law's duties hold for this product: conflict %d; say which one holds.", n), Command: fmt.Sprintf("pedigree product settle %d", n)}, nil
	case doubt == doubtListed:
		return verdict.Duty{Doubt: "A source says that this product is sold without a prescription, and the National Drug Code directory lists it otherwise; enter what its label says.", Command: "pedigree product duty"}, nil
	}
	d := verdict.Duty{
		Ground: v.Value, Text: fmt.Sprintf("The law's duties don't hold for this product: %s (%s), by %s.", g.Text, g.cite(), v.Source.name()),
		Basis: verdict.Basis{Known: verdict.Reported, AsOf: v.Source.AsOf, Source: "list", Evidence: "product " + gtin},
	}
	if v.Source.Kind == KindOwn {
		d.Basis.Known, d.Basis.Source = verdict.Own, "here"
	}
	return d, nil
}

// Why a ground that somebody claims for a product doesn't count.
const (
	doubtDiffering = "differing"        // sources differ about it
	doubtListed    = "listed-otherwise" // the National Drug Code directory speaks against it
)

// openDuty tells whether sources differ on a product's ground and nobody has settled it.
func (k Conflict) openDuty() bool { return k.Field == FieldDuty && k.State == Open }

// doubt tells why the ground that is shown of a product doesn't count on a day, or "".
func (c *Catalogue) doubt(tx *sql.Tx, f Facts, day int64) (string, error) {
	i := slices.IndexFunc(f.Values, func(v Value) bool { return v.Field == FieldDuty })
	switch {
	case i < 0:
		return "", nil
	case slices.ContainsFunc(f.Conflicts, Conflict.openDuty):
		return doubtDiffering, nil
	case f.Values[i].Value != notPrescription || f.Values[i].Source.Kind == KindOwn:
		return "", nil
	}
	if listed, err := c.listedOtherwise(tx, f.GTIN, day); err != nil || !listed {
		return "", err
	}
	return doubtListed, nil
}

// name is a source in words.
func (s Source) name() string {
	switch s.Kind {
	case KindOwn:
		return "this organisation's own entry"
	case KindNDC:
		return "the National Drug Code directory of " + s.AsOf.Format(time.DateOnly)
	}
	return strings.TrimSpace("the "+s.Kind+" "+s.Who) + " of " + s.AsOf.Format(time.DateOnly)
}

// listedOtherwise tells whether the National Drug Code directory has a product on a day
// as something else than sold without a prescription.
func (c *Catalogue) listedOtherwise(tx *sql.Tx, gtin string, day int64) (bool, error) {
	list, err := c.said(tx, gtin, day)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(list, func(r row) bool {
		return r.source.Kind == KindNDC && r.from <= day && !r.ended(day) && r.values[FieldDuty] != notPrescription
	}), nil
}
