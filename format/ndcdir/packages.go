package ndcdir

import (
	"errors"
	"fmt"
	"time"

	"pedigree/format/gs1"
)

var packageColumns = []column{
	{name: "PRODUCTID"},
	{name: "NDCPACKAGECODE"},
	{name: "PACKAGEDESCRIPTION"},
	{name: "STARTMARKETINGDATE", optional: true},
	{name: "ENDMARKETINGDATE", optional: true},
	{name: "NDC_EXCLUDE_FLAG", optional: true},
	{name: "SAMPLE_PACKAGE", optional: true},
	{name: "PRODUCTNDC", optional: true},
}

func (d *directory) pack(line int, f []string) error {
	p := Package{Line: line, Product: d.products[f[0]], Description: f[2], Sample: f[6] == "Y"}
	if p.Product == nil {
		return fmt.Errorf("the product file has no PRODUCTID %q", f[0])
	}
	p.Excluded = excluded(f[5]) || p.Product.Excluded
	var err error
	if p.NDC, err = gs1.ParseNDC(f[1]); err != nil {
		return err
	}
	if p.NDC.Labeler+"-"+p.NDC.Product != p.Product.NDC {
		return fmt.Errorf("the package %s is not of the product %s that it is listed under", p.NDC, p.Product.NDC)
	}
	if p.From, err = day(f[3]); err != nil {
		return err
	}
	if p.To, err = day(f[4]); err != nil {
		return err
	}
	if p.To != 0 && p.To < p.From {
		return errors.New("its last day of marketing is before its first")
	}
	if d.counts.Packages >= PackagesMax {
		return fatal{fmt.Errorf("it has more than %d packages", PackagesMax)}
	}
	d.counts.Packages++
	if err := d.each(p); err != nil {
		return fatal{err}
	}
	return nil
}

// day reads YYYYMMDD. What was before 1970 has no day: the directory uses 1900-01-01
// where it knows none.
func day(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	t, err := time.Parse("20060102", s)
	if err != nil {
		return 0, fmt.Errorf("the day %q is not one in the form YYYYMMDD", s)
	}
	return max(0, t.Unix()/86400), nil
}
