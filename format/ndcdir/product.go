package ndcdir

import (
	"fmt"
	"io"
	"strings"

	"pedigree/format/gs1"
)

// Product is what the directory says of a product.
type Product struct {
	NDC      string // labeler and product, with a hyphen
	Type     string // such as HUMAN PRESCRIPTION DRUG
	Name     string // proprietary, with its suffix; else the established one
	Strength string // of each active ingredient, with its unit, behind semicolons
	Form     string
	Labeler  string // whose labeler code it has: the owner of the label
	Category string // such as NDA
	Excluded bool
}

// TypeOTC is the product type of what is sold without a prescription.
const TypeOTC = "HUMAN OTC DRUG"

// Marketing categories that are grounds for which nobody has to trace a product.
const (
	CategoryMedicalGas = "UNAPPROVED MEDICAL GAS"
	CategoryOutsourced = "OUTSOURCING FACILITY COMPOUNDED HUMAN DRUG PRODUCT (EXEMPT FROM APPROVAL REQUIREMENTS)"
)

// Package is one package of a product: the outermost.
type Package struct {
	Line        int
	NDC         gs1.NDC
	Product     *Product
	Description string
	From, To    int64 // days since 1970-01-01 of marketing; 0 is none
	Excluded    bool
	Sample      bool
}

// Bad is a line that can't be read.
type Bad struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Text string `json:"text"`
}

// Counts say what was read.
type Counts struct {
	Products int `json:"products"`
	Packages int `json:"packages"`
	Bad      int `json:"bad"`
	Unknown  int `json:"unknown_columns"`
}

var productColumns = []column{
	{name: "PRODUCTID"},
	{name: "PRODUCTNDC"},
	{name: "PRODUCTTYPENAME"},
	{name: "PROPRIETARYNAME"},
	{name: "PROPRIETARYNAMESUFFIX"},
	{name: "NONPROPRIETARYNAME"},
	{name: "DOSAGEFORMNAME"},
	{name: "LABELERNAME"},
	{name: "ACTIVE_NUMERATOR_STRENGTH"},
	{name: "ACTIVE_INGRED_UNIT"},
	{name: "MARKETINGCATEGORYNAME", optional: true},
	{name: "NDC_EXCLUDE_FLAG", optional: true},
}

// ignored are columns that the files have and that nothing is made of here.
var ignored = []string{
	"ROUTENAME", "STARTMARKETINGDATE", "ENDMARKETINGDATE", "APPLICATIONNUMBER", "SUBSTANCENAME", "PHARM_CLASSES", "DEASCHEDULE",
	"LISTING_RECORD_CERTIFIED_THROUGH",
}

// directory is one reading.
type directory struct {
	products map[string]*Product
	texts    map[string]string // each kept once: a labeler has thousands of products
	counts   Counts
	each     func(Package) error
	bad      func(Bad) error
}

// Read reads a directory from its two files: all products, then the packages one
// after the other. A line that can't be read is given to bad, which may be nil.
func Read(products, packages io.Reader, each func(Package) error, bad func(Bad) error) (Counts, error) {
	if bad == nil {
		bad = func(Bad) error { return nil }
	}
	d := &directory{products: map[string]*Product{}, texts: map[string]string{}, each: each, bad: bad}
	err := d.read("product", products, productColumns, d.product)
	if err == nil {
		err = d.read("package", packages, packageColumns, d.pack)
	}
	return d.counts, err
}

func (d *directory) once(s string) string {
	if kept, ok := d.texts[s]; ok {
		return kept
	}
	s = strings.Clone(s)
	d.texts[s] = s
	return s
}

func (d *directory) product(_ int, f []string) error {
	if f[0] == "" {
		return fmt.Errorf("it has no PRODUCTID")
	}
	if d.products[f[0]] != nil {
		return fmt.Errorf("PRODUCTID %q stands in the file twice", f[0])
	}
	if d.counts.Products >= ProductsMax {
		return fatal{fmt.Errorf("it has more than %d products", ProductsMax)}
	}
	name := strings.TrimSpace(f[3] + " " + f[4])
	if f[3] == "" {
		name = f[5]
	}
	d.counts.Products++
	d.products[strings.Clone(f[0])] = &Product{
		NDC: strings.Clone(f[1]), Type: d.once(f[2]), Name: d.once(name), Strength: d.once(strength(f[8], f[9])), Form: d.once(f[6]),
		Labeler: d.once(f[7]), Category: d.once(f[10]), Excluded: excluded(f[11]),
	}
	return nil
}

func excluded(flag string) bool { return flag != "" && flag != "N" }

// strength puts each ingredient's amount before its unit. Where there are not as many
// units as amounts, both stand as they are.
func strength(amounts, units string) string {
	if amounts == "" {
		return ""
	}
	a, u := strings.Split(amounts, ";"), strings.Split(units, ";")
	if len(a) != len(u) {
		return strings.TrimSpace(amounts + " " + units)
	}
	for i := range a {
		a[i] = strings.TrimSpace(strings.TrimSpace(a[i]) + " " + strings.TrimSpace(u[i]))
	}
	return strings.Join(a, "; ")
}
