package catalogview

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"pedigree/format/dscsa"
	"pedigree/format/gs1"
)

// Facts are what is known of a product on a day.
type Facts struct {
	dscsa.Product
	Package   string        `json:"package,omitempty" doc:"The package in the words of a list"`
	Owner     string        `json:"owner,omitempty" doc:"Whose label it is"`
	Packager  string        `json:"packager,omitempty"`
	Duty      string        `json:"duty,omitempty" doc:"Code of a ground for which the law's duties don't hold"`
	DutyDoubt string        `json:"duty_doubt,omitempty" enum:"differing,listed-otherwise" doc:"Why that ground doesn't count: sources differ about it, or the National Drug Code directory lists the product otherwise"`
	On        string        `json:"on" doc:"The day"`
	Values    []Value       `json:"values" doc:"Each field with who says so"`
	Conflicts []Conflict    `json:"conflicts" doc:"Those that are open or settled, not those that are over"`
	Rights    []Right       `json:"rights" doc:"Whose number it was, from when"`
	Ledger    []LedgerRight `json:"ledger,omitempty" doc:"The same, as the ledger has it by height"`
}

// Value is what is shown of a field.
type Value struct {
	Field  string `json:"field"`
	Said          // what is shown
	Others []Said `json:"others,omitempty" doc:"Sources that say something else"`
}

// Said is what one source says of a field.
type Said struct {
	Value  string `json:"value"`
	Source Source `json:"source"`
	From   string `json:"from,omitempty" doc:"The day from which it holds"`
	To     string `json:"to,omitempty" doc:"The last day on which it holds"`
	Ended  bool   `json:"ended,omitempty" doc:"It no longer held on the day"`
	Why    string `json:"why,omitempty" doc:"Of a ground: what shows it"`
	By     string `json:"by,omitempty" doc:"Of a ground: who entered it"`
}

// row is what one source says from a day on.
type row struct {
	gtin        string
	source      Source
	from, n, to int64
	sealed      []byte
	values      Values
}

func (r row) context() string {
	return factContext(r.gtin, r.source.id, r.from, r.n)
}

func (c *Catalogue) open(r *row) error {
	plain, err := c.vault.OpenValue(r.context(), r.sealed)
	if err == nil {
		err = json.Unmarshal(plain, &r.values)
	}
	if err != nil {
		return fmt.Errorf("couldn't open what is known of product %s: %w", r.gtin, err)
	}
	return nil
}

// unitOf is the GTIN of the package whose National Drug Code a case's GTIN holds too, or
// the GTIN itself.
func unitOf(gtin string) string {
	ndc10, ok := gs1.NDC10FromGTIN(gs1.GTIN(gtin))
	if !ok {
		return gtin
	}
	unit, err := gs1.GTINFromNDC(0, ndc10)
	if err != nil {
		return gtin
	}
	return string(unit)
}

// said reads what each source said of a product on a day, the most trusted first.
func (c *Catalogue) said(tx *sql.Tx, gtin string, day int64) ([]row, error) {
	unit := unitOf(gtin)
	rows, err := tx.Query(`SELECT f.gtin, f.from_day, f.n, f.to_day, f.as_of, f.document, f.sealed, s.id, s.kind, s.who
		FROM catalogue_fact f JOIN catalogue_source s ON s.id = f.source
		WHERE f.gtin = $1 OR (f.gtin = $2 AND s.kind = $3) ORDER BY s.id, f.from_day, f.n`, gtin, unit, KindNDC)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []row
	for rows.Next() {
		var r row
		var asOf int64
		if err := rows.Scan(&r.gtin, &r.from, &r.n, &r.to, &asOf, &r.source.Document, &r.sealed, &r.source.id, &r.source.Kind, &r.source.Who); err != nil {
			return nil, err
		}
		r.source.AsOf = timeOf(asOf)
		last := len(list) - 1
		switch {
		case last < 0 || list[last].source.id != r.source.id:
			if len(list) >= sourcesOfGTIN {
				continue
			}
			list = append(list, r)
		case r.from <= day || r.from == list[last].from:
			list[last] = r // of one source, the last that held by the day, or the first of all
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for i := range list {
		if err := c.open(&list[i]); err != nil {
			return nil, err
		}
		if list[i].gtin != gtin {
			delete(list[i].values, FieldPackage) // of the package inside
		}
	}
	slices.SortStableFunc(list, func(a, b row) int {
		return cmp.Or(cmp.Compare(truth(a.ended(day)), truth(b.ended(day))), cmp.Compare(trust(a.source.Kind), trust(b.source.Kind)), b.source.AsOf.Compare(a.source.AsOf), cmp.Compare(a.source.id, b.source.id))
	})
	return list, nil
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (r row) ended(day int64) bool { return r.to != 0 && day > r.to }

func (r row) said(field string, day int64) Said {
	s := Said{Value: r.values[field], Source: r.source, From: dayText(r.from), To: dayText(r.to), Ended: r.ended(day)}
	if field == FieldDuty {
		s.Why, s.By = r.values[whySaid], r.values[bySaid]
	}
	return s
}

// Product tells what is known of a product on a day, and whether anything is.
func (c *Catalogue) Product(tx *sql.Tx, gtin string, on time.Time) (Facts, bool, error) {
	day := dayOf(on)
	f := Facts{Product: dscsa.Product{GTIN: gtin}, On: dayText(day), Values: []Value{}, Conflicts: []Conflict{}, Rights: []Right{}}
	list, err := c.said(tx, gtin, day)
	if err != nil {
		return f, false, fmt.Errorf("couldn't look up product %s: %w", gtin, err)
	}
	if f.Rights, err = c.rights(tx, gtin); err != nil {
		return f, false, err
	}
	list = append(rightRows(f.Rights, day), list...)
	if list, err = c.withNumber(tx, gtin, list); err != nil {
		return f, false, err
	}
	if f.Conflicts, err = c.conflictsOf(tx, gtin); err != nil {
		return f, false, err
	}
	for _, field := range Fields {
		if v, told := valueOf(field, list, f.Conflicts, day); told {
			f.Values = append(f.Values, v)
			f.fill(field, v.Value)
		}
	}
	return f, len(list) > 0, nil
}

// withNumber adds what the number itself says: the National Drug Code inside it.
func (c *Catalogue) withNumber(tx *sql.Tx, gtin string, list []row) ([]row, error) {
	ndc10, ok := gs1.NDC10FromGTIN(gs1.GTIN(gtin))
	if !ok || len(list) == 0 {
		return list, nil
	}
	table := &labelers{tx: tx}
	ndc := ndc10
	if n, err := gs1.SplitNDC(ndc10, table); err == nil {
		ndc = n.String()
	}
	return append(list, row{gtin: gtin, source: Source{Kind: KindGTIN}, values: Values{FieldNDC: ndc}}), table.err
}

// valueOf chooses what is shown of a field: what a person settled on, or else the word
// of the first source that has one.
func valueOf(field string, list []row, conflicts []Conflict, day int64) (Value, bool) {
	v := Value{Field: field}
	best := -1
	for i, r := range list {
		if r.values[field] == "" || field == FieldDuty && (r.from > day || r.ended(day)) {
			continue // a ground holds on its days alone; a name is better than none
		}
		if best < 0 || slices.ContainsFunc(conflicts, func(c Conflict) bool { return c.Field == field && c.chose(r.source.id) }) {
			best = i
		}
	}
	if best < 0 {
		return v, false
	}
	v.Said = list[best].said(field, day)
	for i, r := range list {
		if i != best && r.values[field] != "" && !same(field, v.Value, r.values[field]) {
			v.Others = append(v.Others, r.said(field, day))
		}
	}
	return v, true
}

func (f *Facts) fill(field, value string) {
	*map[string]*string{
		FieldNDC: &f.NDC, FieldName: &f.Name, FieldStrength: &f.Strength, FieldForm: &f.Form, FieldNetContent: &f.NetContent,
		FieldPackage: &f.Package, FieldManufacturer: &f.Manufacturer, FieldOwner: &f.Owner, FieldPackager: &f.Packager, FieldDuty: &f.Duty,
	}[field] = value
}
