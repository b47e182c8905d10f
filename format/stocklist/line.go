package stocklist

import (
	"errors"
	"fmt"
	"strings"

	"pedigree/format/dscsa"
	"pedigree/format/gs1"
)

// Line is one thing of a list.
type Line struct {
	Number   int    // of its line in the file, from 1
	Path     string // canonical Digital Link path
	Kind     uint64 // dscsa.KindPack; KindCase for a GTIN with the indicator of a level above; KindPallet for an SSCC
	GTIN     string // 14 digits; empty for a logistic unit
	Serial   string
	Lot      string
	Expiry   string // CCYY-MM-DD
	In       string // path of what it is in
	Place    string // GLN
	Status   Status
	Received string // CCYY-MM-DD

	SellerGLN string
	Seller    string // name
	Reference string
	Notes     []Fault // cells that can't be read, without which it goes in
}

// Status is what a list says of a thing.
type Status string

// The statuses.
const (
	Available Status = "available"
	SetAside  Status = "set-aside" // there, and not to be sold: quarantine, damage, recall
	Gone      Status = "gone"      // sold, dispensed, destroyed
)

var statuses = func() map[string]Status {
	m := map[string]Status{}
	for status, words := range map[Status]string{
		Available: "available onhand instock stock active saleable sellable salable good ok released unrestricted sellableaccessible inprogress",
		SetAside: `quarantine quarantined hold held onhold blocked damaged expired recalled suspect return returned nonsaleable unsaleable unsalable nonsellable
			nonsellableother restricted pending inspection illegitimate setaside`,
		Gone: "gone sold shipped dispensed destroyed decommissioned lost stolen transferred inactive disposed empty consumed retailsold",
	} {
		for _, word := range strings.Fields(words) {
			m[word] = status
		}
	}
	return m
}()

// row is one record being read.
type row struct {
	head    *Head
	options Options
	cell    map[Column]string
	line    Line
	fault   Fault
}

// out names what leaves the line out.
func (w *row) out(rule string, c Column, text string) bool {
	w.fault = Fault{Line: w.line.Number, Rule: rule, Text: text}
	if c != "" {
		w.fault.Column = w.head.name(c)
	}
	return false
}

// note names a cell without which the line goes in.
func (w *row) note(rule string, c Column, text string) {
	w.line.Notes = append(w.line.Notes, Fault{Line: w.line.Number, Rule: rule, Column: w.head.name(c), Text: text})
}

// cells takes the cells of known columns out of a record.
func (w *row) cells(record []string) (blank, ok bool) {
	w.cell, blank = make(map[Column]string, len(w.head.Columns)), true
	for i, text := range record {
		text = bare(text)
		if text == "" {
			continue
		}
		blank = false
		if i >= len(w.head.Columns) {
			return false, w.out(RuleRecord, "", fmt.Sprintf("the line has %d cells, and there are %d columns", len(record), len(w.head.Columns)))
		}
		c := w.head.Columns[i]
		if c == "" {
			continue
		}
		if len(text) > cellBytesMax {
			return false, w.out(RuleRecord, c, fmt.Sprintf("the cell has %d bytes, more than %d", len(text), cellBytesMax))
		}
		if isFormula(text) {
			return false, w.out(RuleFormula, c, fmt.Sprintf("%s is a formula, or the mark of one that failed", quoted(text)))
		}
		w.cell[c] = strings.Clone(text)
	}
	return blank, true
}

// read makes a line of the cells.
func (w *row) read() bool {
	if !w.identify() || !w.describe() {
		return false
	}
	if q := w.cell[ColumnQuantity]; q != "" && q != "1" && q != "1.0" && q != "1.00" {
		return w.out(RuleQuantity, ColumnQuantity, fmt.Sprintf("the line is one thing, and says %s", quoted(q)))
	}
	if w.line.Status = Available; w.cell[ColumnStatus] != "" {
		status, ok := statuses[plainName(w.cell[ColumnStatus])]
		if !ok {
			return w.out(RuleStatus, ColumnStatus, fmt.Sprintf("nothing is known of the status %s", quoted(w.cell[ColumnStatus])))
		}
		w.line.Status = status
	}
	w.inside()
	w.origin()
	return true
}

// identify finds out which thing it is.
func (w *row) identify() bool {
	switch {
	case w.cell[ColumnItem] != "":
		return w.item()
	case w.cell[ColumnGTIN] != "" || w.cell[ColumnNDC] != "":
		return w.product() && w.serialised()
	case w.cell[ColumnSSCC] != "":
		if !w.sscc(ColumnSSCC, &w.line.Path) {
			return false
		}
		w.line.Kind = dscsa.KindPallet
		return true
	}
	return w.out(RuleNoItem, "", "neither a code, nor GTIN and serial number, nor an SSCC is given")
}

// item reads the code on a thing.
func (w *row) item() bool {
	text := w.cell[ColumnItem]
	scan, err := gs1.Parse(text)
	var path string
	if err == nil {
		path, err = scan.Path()
	}
	if err != nil {
		if why := damaged(text); why != "" {
			return w.out(RuleDamagedNumber, ColumnItem, why)
		}
		return w.out(RuleItem, ColumnItem, reasonOf(err))
	}
	gtin, product := scan.GTIN()
	serial, serialised := scan.Serial()
	_, unit := scan.SSCC()
	switch {
	case product && serialised:
		w.line.GTIN, w.line.Serial = string(gtin), serial
	case product:
		return w.out(RuleNoSerial, ColumnItem, fmt.Sprintf("%s names a product, not one pack of it", quoted(text)))
	case !unit:
		return w.out(RuleItem, ColumnItem, fmt.Sprintf("%s is no pack, case or logistic unit", quoted(text)))
	}
	w.line.Path, w.line.Kind = path, kindOf(w.line.GTIN)
	w.line.Lot, _ = scan.Lot()
	if day, ok := scan.Expiry(); ok {
		w.line.Expiry = day.String()
	}
	return w.agrees()
}

// agrees holds the other columns against the code on a thing.
func (w *row) agrees() bool {
	whole := w.line
	if w.cell[ColumnSerial] != "" && w.cell[ColumnSerial] != whole.Serial {
		return w.out(RuleDiffer, ColumnSerial, fmt.Sprintf("the code says serial number %s, the column %s", quoted(whole.Serial), quoted(w.cell[ColumnSerial])))
	}
	if whole.GTIN == "" || w.cell[ColumnGTIN] == "" {
		return true
	}
	if !w.product() {
		return false
	}
	said := w.line.GTIN
	w.line = whole
	if said != whole.GTIN {
		return w.out(RuleDiffer, ColumnGTIN, fmt.Sprintf("the code says GTIN %s, the column %s", whole.GTIN, said))
	}
	return true
}

// serialised joins GTIN and serial number.
func (w *row) serialised() bool {
	serial := w.cell[ColumnSerial]
	if serial == "" {
		return w.out(RuleNoSerial, ColumnSerial, fmt.Sprintf("GTIN %s is named without a serial number", w.line.GTIN))
	}
	if why := damaged(serial); why != "" {
		return w.out(RuleDamagedNumber, ColumnSerial, why)
	}
	path, err := gs1.SGTINPath(gs1.GTIN(w.line.GTIN), serial)
	if err != nil {
		return w.out(RuleSerial, ColumnSerial, reasonOf(err))
	}
	w.line.Path, w.line.Serial, w.line.Kind = path, serial, kindOf(w.line.GTIN)
	return true
}

// describe reads lot and expiry date.
func (w *row) describe() bool {
	if lot := w.cell[ColumnLot]; lot != "" {
		switch {
		case damaged(lot) != "":
			return w.out(RuleDamagedNumber, ColumnLot, damaged(lot))
		case wasMonth(lot):
			return w.out(RuleDamagedDate, ColumnLot, fmt.Sprintf("%s looks like a date that a spreadsheet made of a lot such as MAR21", quoted(lot)))
		}
		if err := gs1.CheckLot(lot); err != nil {
			return w.out(RuleLot, ColumnLot, reasonOf(err))
		}
		if w.line.Lot != "" && w.line.Lot != lot {
			return w.out(RuleDiffer, ColumnLot, fmt.Sprintf("the code says lot %s, the column %s", quoted(w.line.Lot), quoted(lot)))
		}
		w.line.Lot = lot
	}
	if text := w.cell[ColumnExpiry]; text != "" {
		day, rule, why := readDay(text)
		if rule != "" {
			return w.out(rule, ColumnExpiry, why)
		}
		if w.line.Expiry != "" && w.line.Expiry != day {
			return w.out(RuleDiffer, ColumnExpiry, fmt.Sprintf("the code says expiry %s, the column %s", w.line.Expiry, day))
		}
		w.line.Expiry = day
	}
	return true
}

// kindOf tells packs from cases by the indicator digit; what has no GTIN is a logistic
// unit.
func kindOf(gtin string) uint64 {
	switch {
	case gtin == "":
		return dscsa.KindPallet
	case gtin[0] == '0' || gtin[0] == '9':
		return dscsa.KindPack
	}
	return dscsa.KindCase
}

// reasonOf is what a format's refusal says, without the text that it repeats.
func reasonOf(err error) string {
	var refused *gs1.Error
	if errors.As(err, &refused) {
		return refused.Text
	}
	return err.Error()
}
